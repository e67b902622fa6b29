/** The drill: the newest backup is restored into stores of no importance, compared, and reported. */
import { randomUUID } from 'node:crypto';
import { activityLog } from '../activities/activity-log.ts';
import { type Mongo, openMongodb } from '../stores/mongodb.ts';
import type { Objects } from '../stores/objects.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { openSession, type Session } from '../stores/postgresql-session.ts';
import { type Comparison, compare } from './comparison.ts';
import { type Restored, restore, type Tell } from './restore.ts';
import { type Drill, leaveScratchLog, takeScratchLog } from './scratch-log.ts';
import type { Lifetime } from './task-activities.ts';
import { Unusable } from './unusable.ts';

/** What the newest backup is compared with. */
export interface Live {
  readonly db: Queryable;
  readonly mongo: Mongo | undefined;
}

export interface Scratch {
  /** Of another server than the live one; a database is made there, and dropped again. */
  readonly databaseUrl: string;
  /** Of a database that nobody else uses; it is emptied again. */
  readonly mongodbUrl: string | undefined;
}

export interface Drilled extends Comparison {
  readonly backup: string;
  readonly taken_at: string;
  readonly seconds: number;
}

/**
 * Writes nothing into the live stores. One at a time for a live database: what an earlier one left behind is in its way.
 *
 * @throws {Unusable} when the backup is not one, or the scratch stores are not; @throws {Unavailable}
 */
export async function drill(objects: Objects, live: Live, scratch: Scratch, tell: Tell): Promise<Drilled> {
  const begun = performance.now();
  const admin = await openSession(scratch.databaseUrl, 'task-manager drill');
  try {
    await expectAnotherServer(admin, live.db);
    if (scratch.mongodbUrl !== undefined && !live.mongo)
      throw new Unusable(
        'there is a scratch log, and no live one to compare it with',
        'Name the live one in MONGODB_URL.',
      );
    return await withScratchStores(admin, live, scratch, async target => {
      const { backup, taken_at }: Restored = await restore(objects, 'latest', { ...target, redis: undefined }, tell);
      tell('comparing it with the live stores');
      const db = await openSession(target.databaseUrl, 'task-manager drill');
      try {
        const lifetime = { db: live.db, log: live.mongo && activityLog(live.mongo) };
        const comparison = await compare({ db, log: target.log }, lifetime);
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

type Work<T> = (target: { databaseUrl: string; log: Lifetime['log'] }) => Promise<T>;

/** Named after the live database's lifetime, so that what a drill of it left is found by the next one. */
async function withScratchStores<T>(
  admin: Session,
  live: Live,
  { databaseUrl, mongodbUrl }: Scratch,
  work: Work<T>,
): Promise<T> {
  const epoch = await epochOf(live.db);
  const name = `drill_${epoch.replaceAll('-', '')}`;
  const drop = () => admin.query({ text: `drop database if exists ${name} with (force)`, values: [] });
  return withScratchLog(live, mongodbUrl, { drill: randomUUID(), epoch }, async log => {
    await drop();
    await admin.query({ text: `create database ${name} template template0`, values: [] });
    try {
      return await work({ databaseUrl: named(databaseUrl, name), log });
    } finally {
      await drop();
    }
  });
}

/** Milliseconds: a job waits longer than a request. */
const patience = 60_000;

async function withScratchLog<T>(
  live: Live,
  url: string | undefined,
  mine: Drill,
  work: (log: Lifetime['log']) => Promise<T>,
): Promise<T> {
  if (url === undefined) return work(undefined);
  const mongo = openMongodb(url, { patience });
  try {
    await takeScratchLog(mongo, live.mongo, mine);
    try {
      return await work(activityLog(mongo));
    } finally {
      await leaveScratchLog(mongo, mine);
    }
  } finally {
    await mongo.close();
  }
}

async function epochOf(live: Queryable): Promise<string> {
  const [found] = await live.query<{ epoch: string }>({ text: 'select epoch from change_feed', values: [] });
  if (!found) throw new Error('the live database has no epoch');
  return found.epoch;
}

function named(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}
