/** The outbox: each change leaves its activity here in its own statement, until the relay has moved it. */
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';
import type { Action, Activity, LoggedActivity } from './activity.ts';
import { tombstoneLifetime } from './tombstone-lifetime.ts';

/**
 * A data-modifying branch of a WITH: records one activity for each row of `source`, which has the columns tenant, id,
 * version, updated_at, and the jsonb objects `before` and `after` with the fields that a client can set.
 *
 * @param source the name of a CTE
 * @param actor and @param requestId placeholders, such as `$3`
 */
export function recordActivities(source: string, action: Action, actor: string, requestId: string): string {
  return `
    insert into outbox (tenant, task_id, version, action, actor, request_id, at, changes)
    select tenant, id, version, '${action}', ${actor}, ${requestId}, updated_at, (
      select coalesce(json_object_agg(key, json_build_object('from', before -> key, 'to', value)), '{}')
      from jsonb_each(after)
      where value is distinct from coalesce(before -> key, 'null')
    )
    from ${source}`;
}

/** An outbox row as the activity that it will be. */
const activity = `id, task_id, action, actor, request_id, version, ${rfc3339('at')} as at, changes`;

/**
 * What PostgreSQL knows of the activities of a task, or of the tombstone of one, in one snapshot: the version that the
 * newest must have, and the newest of those that wait in the outbox, parked ones included.
 *
 * @param before only activities of lower versions
 * @returns undefined when the tenant has no such task
 */
export async function waitingActivities(
  db: Queryable,
  { tenant, taskId, before, limit }: { tenant: string; taskId: string; before: number; limit: number },
): Promise<{ version: number; activities: Activity[] } | undefined> {
  const [row] = await db.query<{ version: number; activities: Activity[] }>({
    name: 'waiting-activities',
    text: `
      select version, array(
        select row_to_json(waiting) from (
          select ${activity} from outbox
          where tenant = $1 and task_id = $2 and version < $3
          order by version desc
          limit $4
        ) as waiting
      ) as activities
      from (
        select version from tasks where tenant = $1 and id = $2
        union all
        select version from tombstones
        where tenant = $1 and id = $2 and purged_at >= clock_timestamp() - interval '${tombstoneLifetime}'
      ) as known`,
    values: [tenant, taskId, before, limit],
  });
  return row;
}

/** What the outbox holds of some tasks, whatever became of it in the lanes. */
export function heldActivities(
  db: Queryable,
  tasks: readonly { readonly tenant: string; readonly id: string }[],
): Promise<LoggedActivity[]> {
  return db.query<LoggedActivity>({
    name: 'held-activities',
    text: `
      select outbox.tenant, ${activity} from unnest($1::text[], $2::uuid[]) as wanted (tenant, of_task)
      join outbox on outbox.tenant = wanted.tenant and outbox.task_id = wanted.of_task`,
    values: [tasks.map(({ tenant }) => tenant), tasks.map(({ id }) => id)],
  });
}

/** The relay's two ways out of the outbox; a row leaves it when it has gone both. */
export type Lane = 'logged' | 'repaired';

/**
 * Rows of erased tenants are nobody's business any more. `offset 0` keeps the subquery one: as a join, PostgreSQL expects
 * it to leave no row of a tenant that most rows belong to, and reads the whole outbox instead of the head of an index.
 */
const ofNoErasedTenant = 'not exists (select from erased_tenants where tenant = outbox.tenant offset 0)';

const lanes = {
  logged: {
    waiting: `logged_at is null and parked_because is null and ${ofNoErasedTenant}`,
    mark: 'logged_at',
    other: 'repaired_at',
  },
  repaired: { waiting: `repaired_at is null and ${ofNoErasedTenant}`, mark: 'repaired_at', other: 'logged_at' },
} as const satisfies Record<Lane, object>;

/** A condition on rows of the outbox; what it leaves is the head of an index, in the order of ids. */
export function waitingIn(lane: Lane): string {
  return lanes[lane].waiting;
}

/** A condition on rows of the outbox that an index of its own answers. */
export const parkedRows = 'parked_because is not null';

/** The oldest rows that wait in a lane; read without locks. */
export interface Batch<Row> {
  readonly rows: readonly Row[];
  /** Whether others may wait behind them. */
  readonly more: boolean;
}

/** At most so many rows; and no further one once their changes come to so many bytes. */
const batchSize = { rows: 200, bytes: 2_000_000 };

export async function rowsToLog(db: Queryable): Promise<Batch<LoggedActivity>> {
  const measured = await db.query<LoggedActivity & { bytes: number }>({
    name: 'rows-to-log',
    text: `
      select tenant, ${activity}, bytes
      from (
        select *, sum(bytes) over (order by id) as bytes_so_far
        from (
          select *, octet_length(changes::text) as bytes
          from outbox
          where ${waitingIn('logged')}
          order by id
          limit $1
        ) as oldest
      ) as measured
      where bytes_so_far - bytes < $2
      order by id`,
    values: [batchSize.rows, batchSize.bytes],
  });
  const bytes = measured.reduce((sum, row) => sum + row.bytes, 0);
  return {
    rows: measured.map(({ bytes: _, ...row }) => row),
    more: measured.length === batchSize.rows || bytes >= batchSize.bytes,
  };
}

/** That a task has a version of which the cache may not know. */
export interface VersionToRepair {
  readonly id: string;
  readonly tenant: string;
  readonly task_id: string;
  readonly version: number;
  /** Seconds since the change. */
  readonly age: number;
}

export async function rowsToRepair(db: Queryable): Promise<Batch<VersionToRepair>> {
  const rows = await db.query<VersionToRepair>({
    name: 'rows-to-repair',
    text: `
      select id, tenant, task_id, version, extract(epoch from clock_timestamp() - at)::float8 as age
      from outbox
      where ${waitingIn('repaired')}
      order by id
      limit $1`,
    values: [batchSize.rows],
  });
  return { rows, more: rows.length === batchSize.rows };
}

/**
 * Marks rows as through a lane; those that are through the other one too leave, in the same statement: nobody would look
 * for a row that has both marks. The lock comes first, so that of two lanes that pass a row at once, the later one sees
 * what the other has done.
 */
export async function passLane(db: Queryable, lane: Lane, ids: readonly string[]): Promise<void> {
  const { mark, other } = lanes[lane];
  await db.query({
    name: `pass-lane-${lane}`,
    text: `
      with passing as (
        select id, ${other} is not null as leaves from outbox where id = any($1) order by id for update
      ), leaving as (
        delete from outbox using passing where outbox.id = passing.id and leaves
      )
      update outbox set ${mark} = now() from passing where outbox.id = passing.id and not leaves`,
    values: [ids],
  });
}

/** Keeps a row that the activity log refuses, out of the way of the others, with the reason. */
export async function park(db: Queryable, id: string, reason: string): Promise<void> {
  await db.query({
    name: 'park',
    text: 'update outbox set parked_because = $2 where id = $1 and logged_at is null',
    values: [id, reason],
  });
}
