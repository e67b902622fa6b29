/** Makes one of a database that was brought back in time, or cloned, and a log that was not. The writers are stopped. */
import type { ActivityLog } from '../activities/activity-log.ts';
import { inTurn } from '../stores/exclusion.ts';
import type { Objects } from '../stores/objects.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';
import { erasuresSince } from '../tasks/erasure-ledger.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import { emptyCache } from './empty-cache.ts';
import { beginEpoch } from './new-epoch.ts';
import type { Target, Tell } from './restore.ts';
import { trim } from './trim.ts';
import { Unusable } from './unusable.ts';
import { fence } from './write-fence.ts';

export interface Rewound extends Agreement {
  /** The last instant of which the database has a trace. */
  readonly to: string;
  readonly erased: number;
  /** Activities of changes that are undone. */
  readonly dropped: number;
}

/**
 * Safe to repeat, also after it was cut off: until it is through, the database refuses the writes of others.
 *
 * @param objects where the ledger of erasures is; without it, what was erased since is not erased again
 * @throws {Unusable} @throws {Busy} @throws {Unavailable}
 */
export function rewind(objects: Objects | undefined, target: Target, tell: Tell): Promise<Rewound> {
  const { databaseUrl, log, redis } = target;
  return inTurn({ databaseUrl, name: 'task-manager rewind', patience: 0 }, async ({ session }) => {
    await expectNoWriters(session);
    await fence(session, 'up');
    const to = await lastTrace(session);
    tell(`the database was brought back to about ${to}`);
    const erasures = objects ? await erasuresSince(objects, to) : [];
    // What the clean-up has ended since is not in the log any more.
    await beginEpoch(session, { erasures, to: new Date().toISOString() });
    await session.query({ text: 'analyze', values: [] });
    tell('dropping the activities of what is undone');
    const dropped = log ? await dropBeyond(session, log) : 0;
    tell('comparing tasks and activities');
    const agreement = await agreementOf({ db: session, log });
    await emptyCache(redis);
    if (agreement.disagreeing > 0) {
      const told = `of ${agreement.disagreeing} tasks the activities are not whole: ${agreement.examples.join('; ')}`;
      throw new Unusable(
        told,
        'Name in MONGODB_URL the log that belongs to this database, or restore a backup instead.',
      );
    }
    await fence(session, 'down');
    return { ...agreement, to, erased: erasures.length, dropped };
  });
}

/** @throws {Unusable} */
async function expectNoWriters(session: Queryable): Promise<void> {
  const [found] = await session.query<{ connections: number }>({
    text: `select count(*)::int as connections from pg_stat_activity
      where datname = current_database() and application_name = 'task-manager'`,
    values: [],
  });
  if (found?.connections === 0) return;
  throw new Unusable(
    `functions are connected to the database (${found?.connections} connections)`,
    'Stop all functions first, the relay included, and let none start before this has ended.',
  );
}

/** The relay leaves a heartbeat every ten seconds, every change its instant. */
async function lastTrace(session: Queryable): Promise<string> {
  const [found] = await session.query<{ last: string | null }>({
    text: `
      select ${rfc3339('max(at)')} as last from (
        select max(at) as at from heartbeats union all select max(at) from outbox
        union all select max(updated_at) from tasks union all select max(purged_at) from tombstones
      ) as traces`,
    values: [],
  });
  return found?.last ?? '1970-01-01T00:00:00.000Z';
}

async function dropBeyond(session: Queryable, log: ActivityLog): Promise<number> {
  let dropped = 0;
  for await (const { beyond } of trim(session, log.all())) {
    if (beyond.length === 0) continue;
    await log.remove(beyond.map(({ id }) => id));
    dropped += beyond.length;
  }
  return dropped;
}
