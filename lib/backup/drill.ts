/** The drill: the newest backup is restored into stores of no importance, compared, and reported. */
import { randomBytes } from 'node:crypto';
import { activityLog } from '../activities/activity-log.ts';
import { openMongodb, withDatabase } from '../stores/mongodb.ts';
import type { Objects } from '../stores/objects.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { openSession, type Session } from '../stores/postgresql-session.ts';
import { type Comparison, compare } from './comparison.ts';
import { type Restored, restore, type Tell } from './restore.ts';
import type { Lifetime } from './task-activities.ts';
import { Unusable } from './unusable.ts';

export interface Scratch {
  /** Of another server than the live one; a database is made there, and dropped again. */
  readonly databaseUrl: string;
  readonly mongodbUrl: string | undefined;
}

export interface Drilled extends Comparison {
  readonly backup: string;
  readonly taken_at: string;
  readonly seconds: number;
}

/**
 * Writes nothing into the live stores.
 *
 * @throws {Unusable} when the backup is not one, or the scratch stores are not; @throws {Unavailable}
 */
export async function drill(objects: Objects, live: Lifetime, scratch: Scratch, tell: Tell): Promise<Drilled> {
  const begun = performance.now();
  const admin = await openSession(scratch.databaseUrl, 'task-manager drill');
  try {
    await expectAnotherServer(admin, live.db);
    if (scratch.mongodbUrl !== undefined && !live.log)
      throw new Unusable(
        'there is a scratch log, and no live one to compare it with',
        'Name the live one in MONGODB_URL.',
      );
    return await withScratchStores(admin, scratch, async target => {
      const { backup, taken_at }: Restored = await restore(objects, 'latest', { ...target, redis: undefined }, tell);
      tell('comparing it with the live stores');
      const db = await openSession(target.databaseUrl, 'task-manager drill');
      try {
        const comparison = await compare({ db, log: target.log }, live);
        return { backup, taken_at, ...comparison, seconds: Math.round((performance.now() - begun) / 1_000) };
      } finally {
        await db.close();
      }
    });
  } finally {
    await admin.close();
  }
}

/** Any transaction that writes holds back the change feed of all databases of its server. */
async function expectAnotherServer(scratch: Queryable, live: Queryable): Promise<void> {
  const [one, other] = [await identityOf(scratch), await identityOf(live)];
  if (one !== other) return;
  throw new Unusable('the scratch database is on the live server', 'Name a server of its own in SCRATCH_DATABASE_URL.');
}

/** Two servers hardly start in the same microsecond. */
async function identityOf(db: Queryable): Promise<string | undefined> {
  const [found] = await db.query<{ identity: string }>({
    text: `select extract(epoch from pg_postmaster_start_time())::text as identity`,
    values: [],
  });
  return found?.identity;
}

/** Milliseconds: the end of a database takes longer, the more there was in it. */
const dropsWithin = 60_000;

async function withScratchStores<T>(
  admin: Session,
  { databaseUrl, mongodbUrl }: Scratch,
  work: (target: { databaseUrl: string; log: Lifetime['log'] }) => Promise<T>,
): Promise<T> {
  const name = `drill_${randomBytes(6).toString('hex')}`;
  const mongo =
    mongodbUrl === undefined ? undefined : openMongodb(withDatabase(mongodbUrl, name), { patience: dropsWithin });
  await admin.query({ text: `create database ${name} template template0`, values: [] });
  try {
    return await work({ databaseUrl: named(databaseUrl, name), log: mongo && activityLog(mongo) });
  } finally {
    await admin.query({ text: `drop database ${name} with (force)`, values: [] });
    await mongo?.reached(() => mongo.db.dropDatabase()).finally(() => mongo.close());
  }
}

function named(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}
