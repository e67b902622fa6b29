/** Restores a backup into an empty database and an empty log. */
import type { LoggedActivity } from '../activities/activity.ts';
import type { ActivityLog } from '../activities/activity-log.ts';
import type { GuardedRedis } from '../cache/process-redis.ts';
import { knownMigrations, migrate } from '../stores/migrate.ts';
import type { Objects } from '../stores/objects.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { requireProgram, undump } from '../stores/postgresql-programs.ts';
import { openSession, type Session, sessionOptions } from '../stores/postgresql-session.ts';
import { withOptions } from '../stores/postgresql-url.ts';
import { type Erasure, erasuresSince } from '../tasks/erasure-ledger.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import { emptyCache } from './empty-cache.ts';
import { unzippedLines } from './lines.ts';
import { backupName, type Manifest, objectOf, readManifest } from './manifest.ts';
import { beginEpoch } from './new-epoch.ts';
import { serverVersion } from './server-version.ts';
import { rowsOf } from './snapshot.ts';
import { trim } from './trim.ts';
import { Unusable } from './unusable.ts';
import { expectKnownSchema, readVerified, verifyObjects } from './verify.ts';
import { fence, fenceOff } from './write-fence.ts';

export interface Target {
  readonly databaseUrl: string;
  readonly log: ActivityLog | undefined;
  readonly redis: GuardedRedis | undefined;
}

export interface Restored extends Agreement {
  readonly backup: string;
  readonly taken_at: string;
  /** Tenants of the ledger that were erased again. */
  readonly erased: number;
}

/** What a person who waits is told. */
export type Tell = (step: string) => void;

/**
 * Verifies the backup before it writes anything. From the first row to the last step the database refuses the writes of
 * others: one that was restored by half is not taken for a whole one.
 *
 * @param wanted a backup's name, its instant, or `latest`
 * @throws {Unusable} @throws {Unavailable} @throws {ProgramFailed}
 */
export async function restore(objects: Objects, wanted: string, target: Target, tell: Tell): Promise<Restored> {
  const manifest = await readManifest(objects, wanted);
  const backup = backupName(manifest);
  tell(`${backup} of ${objects.place}`);
  expectKnownSchema(manifest, await knownMigrations());
  const session = await openSession(target.databaseUrl, 'task-manager restore');
  try {
    await requireProgram('pg_restore', await serverVersion(session));
    await expectEmpty(session, target, manifest);
    await emptyCache(target.redis, 0); // when it cannot be, that is better known now
    tell('verifying its checksums');
    await verifyObjects(objects, manifest);
    const erasures = await erasuresSince(objects, manifest.taken_at);
    await fenceOff(session);
    const agreement = await restoreBehindTheFence({ objects, manifest, erasures, target, session, tell });
    return { ...agreement, backup, taken_at: manifest.taken_at, erased: erasures.length };
  } finally {
    await session.close();
  }
}

interface Work {
  readonly objects: Objects;
  readonly manifest: Manifest;
  readonly erasures: readonly Erasure[];
  readonly target: Target;
  readonly session: Session;
  readonly tell: Tell;
}

/** @throws {Unusable} whatever comes in between: what is half restored cannot be taken up */
async function restoreBehindTheFence({ objects, manifest, erasures, target, session, tell }: Work): Promise<Agreement> {
  try {
    tell('restoring PostgreSQL');
    await restoreDatabase(objects, manifest, target.databaseUrl, session);
    await beginEpoch(session, { erasures, to: manifest.taken_at });
    await session.query({ text: 'analyze', values: [] });
    tell('restoring the activity log');
    await restoreLog(objects, manifest, target.log, session);
    tell('comparing tasks and activities');
    const agreement = await expectAgreement({ db: session, log: target.log });
    await emptyCache(target.redis);
    await fence(session, 'down');
    return agreement;
  } catch (error) {
    if (error instanceof Unusable) throw error;
    throw new Unusable('it was restored by half', 'Drop this database and this log, and begin again.', error);
  }
}

/** @throws {Unusable} */
async function expectEmpty(session: Queryable, { log }: Target, { activities }: Manifest): Promise<void> {
  const remedy = 'Name a database and a log that are new: what is in this one would be mixed up with the backup.';
  const [found] = await session.query<{ things: number }>({
    text: `select count(*)::int as things from pg_class
      where relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)`,
    values: [],
  });
  if (found?.things !== 0)
    throw new Unusable(`the database is not empty: it has ${found?.things} tables and indexes`, remedy);
  if (log && !(await log.isEmpty())) throw new Unusable('the activity log is not empty', remedy);
  if (activities && !log) throw new Unusable('the backup has an activity log', 'Say in MONGODB_URL where it is to be.');
}

const halfway = 'Drop this database and this log, and restore another backup.';

async function restoreDatabase(objects: Objects, manifest: Manifest, databaseUrl: string, session: Session) {
  const { rows, ...stored } = manifest.postgresql;
  await undump(
    databaseUrl,
    await readVerified(objects, objectOf.postgresql(backupName(manifest)), stored),
    session.lost,
  );
  const there = await rowsOf(session);
  const wrong = Object.keys({ ...rows, ...there }).filter(table => rows[table] !== there[table]);
  if (wrong.length > 0) {
    const told = wrong.map(table => `${table}: ${there[table] ?? 'none'} instead of ${rows[table] ?? 'none'}`);
    throw new Unusable(`rows are not what the manifest counts (${told.join('; ')})`, halfway);
  }
  await migrate(withOptions(databaseUrl, sessionOptions));
}

/** The log's activities up to the version that each task has in PostgreSQL. */
async function restoreLog(
  objects: Objects,
  manifest: Manifest,
  log: ActivityLog | undefined,
  db: Queryable,
): Promise<void> {
  if (!manifest.activities || !log) return;
  const { lines, ...stored } = manifest.activities;
  const name = objectOf.activities(backupName(manifest));
  let read = 0;
  async function* activities() {
    for await (const line of unzippedLines(await readVerified(objects, name, stored))) {
      read += 1;
      yield line as LoggedActivity; // of the bytes that back-up wrote: their digest says so
    }
  }
  await log.prepare();
  for await (const { kept } of trim(db, activities())) {
    await log.fill(kept);
  }
  if (read !== lines) throw new Unusable(`${name} has ${read} lines, its manifest says ${lines}`, halfway);
}

/** @throws {Unusable} */
async function expectAgreement(lifetime: Parameters<typeof agreementOf>[0]): Promise<Agreement> {
  const agreement = await agreementOf(lifetime);
  if (agreement.disagreeing === 0) return agreement;
  throw new Unusable(
    `of ${agreement.disagreeing} tasks the activities are not whole: ${agreement.examples.join('; ')}`,
    halfway,
  );
}
