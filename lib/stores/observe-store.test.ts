/** What the metrics tell of calls that are answered, cut, refused and lost. */
import { afterAll, expect, inject, test } from 'vitest';
import { freshDatabase } from '../../local/testing/database.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { scrape } from '../../local/testing/scrape.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { openProcessMongodb } from './mongodb.ts';
import { openPostgresql, type Queryable } from './postgresql.ts';
import type { Store } from './store.ts';

const { url, drop } = await freshDatabase();
afterAll(drop);

const openTelemetry = (): Telemetry => ({ log: openLog('test', 'silent'), metrics: openMetrics('test') });

async function told({ metrics }: Telemetry, store: Store) {
  const value = await scrape(metrics);
  const failed = (reason: string) => value(`store_operation_errors_total{store="${store}",reason="${reason}"}`);
  return {
    calls: value(`store_operation_duration_seconds_count{store="${store}"}`),
    unavailable: failed('unavailable'),
    too_slow: failed('too_slow'),
    other: failed('other'),
  };
}
const none = { calls: undefined, unavailable: 0, too_slow: 0, other: 0 };

const run = (db: Queryable, text: string) => db.query({ text, values: [] });

test('PostgreSQL: each statement is a call, those of a transaction, too; what fails says why', async () => {
  await using gate = await gateTo(url);
  await gate.open();
  const telemetry = openTelemetry();
  const db = openPostgresql({ DATABASE_URL: gate.url }, telemetry, 100);
  expect(await told(telemetry, 'postgresql')).toEqual(none);

  await run(db, 'select 1');
  await db.transaction(async client => {
    await run(client, 'select 1');
    return { value: undefined, end: 'commit' };
  });
  expect(await told(telemetry, 'postgresql')).toEqual({ ...none, calls: 4 }); // begin and commit, too

  await expect(run(db, 'select pg_sleep(60)')).rejects.toThrow('took too long');
  await expect(run(db, 'select nonsense')).rejects.toThrow('nonsense');
  await expect(run(db, "do 'begin raise exception sqlstate ''TM001''; end'")).rejects.toThrow();
  expect(await told(telemetry, 'postgresql')).toEqual({ calls: 7, unavailable: 0, too_slow: 1, other: 1 });

  await gate.shut();
  await expect(run(db, 'select 1')).rejects.toThrow('out of reach');
  await expect(db.transaction(() => expect.unreachable())).rejects.toThrow('out of reach');
  const after = await told(telemetry, 'postgresql');
  expect([after.calls, after.unavailable]).toEqual([9, 2]);
  await db.close();
});

test('the time of a call is that which its caller waited', async () => {
  const telemetry = openTelemetry();
  const db = openPostgresql({ DATABASE_URL: url }, telemetry);
  await run(db, 'select pg_sleep(0.3)');
  const seconds = (await scrape(telemetry.metrics))('store_operation_duration_seconds_sum{store="postgresql"}');
  expect(seconds).toBeGreaterThanOrEqual(0.3);
  expect(seconds).toBeLessThan(10);
  await db.close();
});

test('the pool: who has a connection, who waits for one, and how many there may be', async () => {
  const telemetry = openTelemetry();
  const db = openPostgresql({ DATABASE_URL: url }, telemetry);
  const seen = async () => {
    const value = await scrape(telemetry.metrics);
    const connections = (state: string) => value(`store_connections{store="postgresql",state="${state}"}`);
    return {
      active: connections('active'),
      idle: connections('idle'),
      waiting: value('store_connections_waiting{store="postgresql"}'),
      max: value('store_connections_max{store="postgresql"}'),
    };
  };
  expect(await seen()).toEqual({ active: 0, idle: 0, waiting: 0, max: 10 });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const holding = Array.from({ length: 13 }, () =>
    db.transaction(async () => {
      await released;
      return { value: undefined, end: 'commit' };
    }),
  );
  await expect.poll(seen).toEqual({ active: 10, idle: 0, waiting: 3, max: 10 });
  release();
  await Promise.all(holding);
  expect(await seen()).toEqual({ active: 0, idle: 10, waiting: 0, max: 10 });
  await db.close();
});

test('MongoDB: an operation is a call, and one that the driver gives up is an error', async () => {
  await using gate = await gateTo(inject('mongodbUrl'));
  await gate.open();
  const telemetry = openTelemetry();
  const mongo = openProcessMongodb({ MONGODB_URL: direct(gate.url) }, telemetry);
  expect(await told(telemetry, 'mongodb')).toEqual(none);
  await mongo?.ping();
  expect(await told(telemetry, 'mongodb')).toEqual({ ...none, calls: 1 });
  await gate.shut();
  await expect(mongo?.ping()).rejects.toThrow('out of reach');
  expect(await told(telemetry, 'mongodb')).toEqual({ ...none, calls: 2, unavailable: 1 });
  await mongo?.close();
});
