/** The relay catches up a long backlog in memory that does not grow with it. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWhenStale } from './fresh-build.ts';
import { startMongodb } from './stores/mongodb.ts';
import { startPostgresql } from './stores/postgresql.ts';
import { startRedis } from './stores/redis.ts';
import type { RunningStore } from './stores/running-store.ts';
import { spawnFunction } from './testing/function-process.ts';
import { migrateAsOwner } from './testing/owner.ts';
import { throwAwayFolder } from './throw-away-folder.ts';

let stores: RunningStore[] = [];
let environment: Record<string, string>;
let client: pg.Client;

beforeAll(async () => {
  await buildWhenStale();
  const folder = throwAwayFolder();
  const postgresql = await startPostgresql({
    folder: `${folder}/postgresql`,
    settings: { fsync: 'off', full_page_writes: 'off' },
  });
  const redis = await startRedis({ folder: `${folder}/redis` });
  const mongodb = await startMongodb({ folder: `${folder}/mongodb` });
  if (!redis || !mongodb) throw new Error('this test needs a Redis and a MongoDB');
  stores = [postgresql, redis, mongodb];
  environment = { DATABASE_URL: postgresql.url, REDIS_URL: redis.url, MONGODB_URL: mongodb.url };
  await migrateAsOwner(postgresql.url);
  client = new pg.Client({ connectionString: postgresql.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await Promise.all(stores.map(store => store.stop()));
});

/** As PostgreSQL's `changes` for row `n`. */
const changes = {
  small: `json_build_object('title', json_build_object('from', 'task ' || n, 'to', 'a task ' || n))`,
  // 80 KB: 10,000 code points before and after, each of four bytes and two UTF-16 units; the same for a hundred rows.
  large: `json_build_object('description', json_build_object(
    'from', repeat(chr(128512 + n % 40), 10000), 'to', repeat(chr(128512 + n % 50), 10000)))`,
} as const;

/** Megabytes that the process may take beyond what it takes with nothing to do, some 100. */
const mostMemory = 200;

test.for([
  ['small', 100_000],
  ['large', 5_000],
] as const)('a backlog of %s changes, %i of them', { timeout: 900_000 }, async ([size, rows]) => {
  await client.query('truncate outbox');
  await client.query(`
    insert into outbox (tenant, task_id, version, action, actor, request_id, at, changes)
    select 'local', gen_random_uuid(), 1, 'created', 'me', 'request', now(), ${changes[size]}
    from generate_series(1, ${rows}) as n`);
  await using relay = await spawnFunction('relay-activities', environment);
  const { metricsUrl } = await relay.listening;
  const before = await processorSeconds(metricsUrl);
  const samples: number[] = [];
  while ((await left()) > 0) {
    samples.push(residentMegabytes(relay.pid));
    await pause(100);
  }
  const processor = Math.round(((await processorSeconds(metricsUrl)) - before) * (1_000_000 / rows));
  const half = samples.length >> 1;
  const [first, second] = [Math.max(...samples.slice(0, half)), Math.max(...samples.slice(half))];
  process.stdout.write(
    `${size}: ${rows} rows, ${processor} µs of processor each, at most ${first} MB in the first half, ${second} MB in the second\n`,
  );
  expect(second).toBeLessThan(100 + mostMemory);
  // What is kept of each row would show: a hundred thousand of them are 30 MB, five thousand large ones 400.
  expect(second).toBeLessThan(first * 1.3);
});

async function left(): Promise<number> {
  const { rows } = await client.query<{ exists: boolean }>('select exists (select from outbox) as exists');
  return rows[0]?.exists ? 1 : 0;
}

async function processorSeconds(metricsUrl: string): Promise<number> {
  const exposition = await (await fetch(metricsUrl)).text();
  return Number(/^process_cpu_seconds_total\S* (\S+)$/m.exec(exposition)?.[1]);
}

function residentMegabytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}
