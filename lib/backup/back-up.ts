/** Backs up both stores, in constant memory. */
import type { Readable } from 'node:stream';
import type { ActivityLog } from '../activities/activity-log.ts';
import { inTurn, type Turn } from '../stores/exclusion.ts';
import { beat } from '../stores/heartbeat.ts';
import { backupHeartbeat } from '../stores/job-heartbeats.ts';
import type { Objects } from '../stores/objects.ts';
import { dump, requireProgram } from '../stores/postgresql-programs.ts';
import { kindOf } from './kind.ts';
import { zippedLines } from './lines.ts';
import { backupName, backups, type Manifest, objectOf, type Stored, writeManifest } from './manifest.ts';
import { measured } from './measured.ts';
import { serverVersion } from './server-version.ts';
import { type Snapshot, withSnapshot } from './snapshot.ts';
import { Unusable } from './unusable.ts';

export interface Sources {
  readonly databaseUrl: string;
  /** Absent where activities stay in the outbox. */
  readonly log: ActivityLog | undefined;
  readonly objects: Objects;
}

/** Milliseconds. The clean-up is through in minutes. */
const patience = 10 * 60_000;

/**
 * PostgreSQL first, in one snapshot, then the log: an activity of a version in the snapshot is in the snapshot's outbox,
 * or has reached the log before. What the log has beyond the snapshot's versions, a restore leaves away.
 *
 * @throws {Busy} @throws {Unavailable} @throws {ProgramFailed} and then nothing that was written counts as a backup
 */
export function backUp(sources: Sources): Promise<Manifest> {
  return inTurn({ databaseUrl: sources.databaseUrl, name: 'task-manager back-up', patience }, turn =>
    takeBackup(sources, turn),
  );
}

async function takeBackup({ databaseUrl, log, objects }: Sources, { session, confirm }: Turn): Promise<Manifest> {
  await requireProgram('pg_dump', await serverVersion(session));
  const made = await backups(objects);
  const dumped = await withSnapshot(session, async snapshot => {
    const kind = kindOf(snapshot.taken_at, made);
    const name = objectOf.postgresql(backupName({ kind, taken_at: snapshot.taken_at }));
    return { kind, snapshot, stored: await store(objects, name, dump(databaseUrl, snapshot.id, session.lost)) };
  });
  const { kind, snapshot } = dumped;
  const activities = log
    ? await storeActivities(objects, backupName({ kind, taken_at: snapshot.taken_at }), log)
    : null;

  expectAllActivities(snapshot, activities);
  await confirm(); // nobody has cleaned up or erased meanwhile
  const manifest = manifestOf(kind, snapshot, dumped.stored, activities);
  await writeManifest(objects, manifest);
  await beat(session, backupHeartbeat, {
    backup: backupName(manifest),
    taken_at: manifest.taken_at,
    bytes: manifest.postgresql.bytes + (manifest.activities?.bytes ?? 0),
  });
  return manifest;
}

/** A log that was forgotten, or is another one, would make a backup that nobody can restore. @throws {Unusable} */
function expectAllActivities({ rows, versions }: Snapshot, activities: Manifest['activities']): void {
  const there = (rows.outbox ?? 0) + (activities?.lines ?? 0);
  if (there >= versions) return;
  throw new Unusable(
    `the tasks have ${versions} versions, and of these only ${there} activities are there`,
    'Name in MONGODB_URL the log that belongs to this database.',
  );
}

function manifestOf(
  kind: Manifest['kind'],
  { taken_at, migrations, rows }: Snapshot,
  stored: Stored,
  activities: Manifest['activities'],
): Manifest {
  return { format: 1, kind, taken_at, migrations, postgresql: { ...stored, rows }, activities };
}

async function store(objects: Objects, name: string, source: Readable): Promise<Stored> {
  let stored: Stored | undefined;
  const content = measured(source, all => {
    stored = all;
  });
  await objects.write(name, content);
  if (!stored) throw new Error(`${name} was written without its end`);
  return stored;
}

async function storeActivities(objects: Objects, backup: string, log: ActivityLog) {
  let lines = 0;
  async function* counted() {
    for await (const activity of log.all()) {
      lines += 1;
      yield activity;
    }
  }
  const stored = await store(objects, objectOf.activities(backup), zippedLines(counted()));
  return { ...stored, lines };
}
