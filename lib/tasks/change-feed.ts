/** The change feed in PostgreSQL: what changed since a position, in the order of transactions that have all ended. */
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';
import { taskJson } from './task-sql.ts';

/** A transaction id, and the id of a task that it changed. */
export type FeedPosition = readonly [transaction: string, id: string];

export const beginning: FeedPosition = ['0', '00000000-0000-0000-0000-000000000000'];

export interface FeedItem {
  readonly position: FeedPosition;
  /** A task, or a tombstone. */
  readonly json: string;
}

export interface FeedPage {
  /** Which lifetime of the database the positions belong to. */
  readonly epoch: string;
  /** PostgreSQL's clock, RFC 3339. */
  readonly now: string;
  readonly items: readonly FeedItem[];
}

/**
 * What changed after a position. A row is shown once every transaction that began before it has ended: one that commits
 * late cannot end up behind a position that was given out.
 */
export async function changesAfter(
  db: Queryable,
  { tenant, after, limit }: { tenant: string; after: FeedPosition; limit: number },
): Promise<FeedPage> {
  const branch = (table: string, json: string) => `(
    select changed_in, id, ${json} as json from ${table}
    where tenant = $1 and (changed_in, id) > ($2::xid8, $3::uuid)
      and changed_in < pg_snapshot_xmin(pg_current_snapshot())
    order by changed_in, id limit $4
  )`;
  const tombstone = `(
    select row_to_json(tombstone)::text from (select id, ${rfc3339('purged_at')} as purged_at) as tombstone
  )`;
  const [page] = await db.query<FeedPage>({
    name: 'changes-after',
    text: `
      select epoch, ${rfc3339('now()')} as now, array(
        select json_build_object('position', json_build_array(changed_in::text, id), 'json', json)
        from (${branch('tasks', taskJson('tasks'))} union all ${branch('tombstones', tombstone)}) as changed
        order by changed_in, id limit $4
      ) as items
      from change_feed`,
    values: [tenant, ...after, limit],
  });
  if (!page) throw new Error('the change feed has no epoch');
  return page;
}
