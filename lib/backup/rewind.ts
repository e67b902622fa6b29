/** Makes one of a database that was brought back in time, or cloned, and a log that was not. The writers are stopped. */
import type { ActivityLog } from '../activities/activity-log.ts';
import { inTurn } from '../stores/exclusion.ts';
import type { Objects } from '../stores/objects.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';
import { type Erasure, erasuresSince } from '../tasks/erasure-ledger.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import { emptyCache } from './empty-cache.ts';
import { beginEpoch } from './new-epoch.ts';
import type { Target, Tell } from './restore.ts';
import type { Lifetime } from './task-activities.ts';
import { trim } from './trim.ts';
import { Unusable } from './unusable.ts';
import { fence, fenceOff } from './write-fence.ts';

export interface Rewound extends Agreement {
  /** Since when erasures were repeated. */
  readonly to: string;
  readonly erased: number;
  /** Activities of changes that are undone. */
  readonly dropped: number;
}

export interface Meant {
  /** The instant that the database was brought back to, RFC 3339; by what it holds, when absent. */
  readonly to?: string | undefined;
  /** How many activities may be dropped though that is most of the log. */
  readonly drop?: number | undefined;
}

/**
 * Safe to repeat, also after it was cut off: until it is through, the database refuses the writes of others. Nothing of
 * the log is dropped before it is known to be this database's.
 *
 * @param objects where the ledger of erasures is; without it, what was erased since is not erased again
 * @throws {Unusable} @throws {Busy} @throws {Unavailable}
 */
export function rewind(
  objects: Objects | undefined,
  target: Target,
  tell: Tell,
  { to: given, drop }: Meant = {},
): Promise<Rewound> {
  const { databaseUrl, log, redis } = target;
  return inTurn({ databaseUrl, name: 'task-manager rewind', patience: 0 }, async ({ session }) => {
    const to = given ?? (await lastChange(session));
    const erasures = objects ? await erasuresSince(objects, to) : [];
    await fenceOff(session);
    tell(`erasures since ${to} are repeated`);
    // What the clean-up has ended since is not in the log any more.
    await beginEpoch(session, { erasures, to: new Date().toISOString() });
    await session.query({ text: 'analyze', values: [] });
    tell('comparing tasks and activities, then dropping those of what is undone');
    const agreement = await expectOwnLog({ db: session, log });
    const dropped = log ? await trimLog(session, log, { erasures, drop }) : 0;
    await emptyCache(redis);
    await fence(session, 'down');
    return { ...agreement, to, erased: erasures.length, dropped };
  });
}

/** @throws {Unusable} */
async function expectOwnLog(lifetime: Lifetime): Promise<Agreement> {
  const agreement = await agreementOf(lifetime);
  if (agreement.disagreeing === 0) return agreement;
  throw new Unusable(
    `of ${agreement.disagreeing} tasks the activities are not whole: ${agreement.examples.join('; ')}`,
    'Name in MONGODB_URL the log that belongs to this database, or restore a backup instead.',
  );
}

async function trimLog(
  session: Queryable,
  log: ActivityLog,
  { erasures, drop }: { erasures: readonly Erasure[]; drop: number | undefined },
): Promise<number> {
  for (const { tenant } of erasures) await log.forgetTenant(tenant);
  await expectMeant(session, log, drop);
  return dropBeyond(session, log);
}

/** A log that is mostly of others is hardly this database's. @throws {Unusable} */
async function expectMeant(session: Queryable, log: ActivityLog, meant: number | undefined): Promise<void> {
  let [kept, beyond] = [0, 0];
  for await (const trimmed of trim(session, log.all())) {
    kept += trimmed.kept.length;
    beyond += trimmed.beyond.length;
  }
  if (beyond <= kept || beyond === meant) return;
  throw new Unusable(
    `of ${kept + beyond} activities ${beyond} are of changes that this database does not know`,
    `Name in MONGODB_URL the log that belongs to it; if it is this one: rewind --drop=${beyond}`,
  );
}

/** Of tasks: what beats goes on without them. */
async function lastChange(session: Queryable): Promise<string> {
  const [found] = await session.query<{ last: string | null }>({
    text: `
      select ${rfc3339('max(at)')} as last from (
        select max(at) as at from outbox
        union all select max(updated_at) from tasks union all select max(purged_at) from tombstones
      ) as changes`,
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
