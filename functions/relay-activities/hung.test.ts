/** The relay's process while a store hangs: each lane goes on without the other, and PostgreSQL does not notice. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, openApi } from '../../local/testing/api.ts';
import { nudge } from '../../local/testing/events.ts';
import { type FunctionProcess, startFunction } from '../../local/testing/function-process.ts';
import { type Gate, gateTo } from '../../local/testing/gate.ts';
import { loggedVersions } from '../../local/testing/logged.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { sql } from '../../local/testing/sql.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';

let redis: ThrowAwayRedis;
let api: Api & AsyncDisposable;
/** Its changes reach no cache. */
let deaf: Api & AsyncDisposable;
let mongodb: Gate;
let relay: FunctionProcess;

beforeAll(async () => {
  redis = await throwAwayRedis();
  api = await openApi({ REDIS_URL: redis.url });
  deaf = await openApi({ ...api.environment, REDIS_URL: '' });
  mongodb = await gateTo(api.environment.MONGODB_URL ?? '');
  await mongodb.open();
  const { DATABASE_URL = '' } = api.environment;
  relay = await startFunction('relay-activities', {
    DATABASE_URL,
    REDIS_URL: redis.url,
    MONGODB_URL: direct(mongodb.url),
  });
});
afterAll(async () => {
  await relay?.[Symbol.asyncDispose]();
  await mongodb?.shut();
  await deaf?.[Symbol.asyncDispose]();
  await api?.[Symbol.asyncDispose]();
  await redis?.[Symbol.asyncDispose]();
});

interface Waiting {
  readonly toLog: number;
  readonly toRepair: number;
}

async function waiting(): Promise<Waiting> {
  const [row] = await sql(
    api,
    `select count(*) filter (where logged_at is null)::int as log,
      count(*) filter (where repaired_at is null)::int as repair from outbox`,
  );
  return { toLog: Number(row?.log), toRepair: Number(row?.repair) };
}

/** Without a nudge the relay would sleep for three seconds first. */
async function becomes(expected: Waiting): Promise<void> {
  const nudged = nudge(relay.url);
  await expect.poll(waiting, { timeout: 15_000 }).toEqual(expected);
  await nudged;
}
const nothing: Waiting = { toLog: 0, toRepair: 0 };

async function metric(series: RegExp): Promise<number> {
  const text = await (await fetch(relay.metricsUrl)).text();
  const line = text.split('\n').find(found => series.test(found));
  return Number(line?.split(' ').at(-1));
}

/** MongoDB answers again, to new connections. */
async function mongodbReturns(): Promise<void> {
  await mongodb.shut();
  await mongodb.open();
}

async function createMany(count: number): Promise<string[]> {
  const tasks = await Promise.all(Array.from({ length: count }, () => api.create({ title: 'old' })));
  return tasks.map(({ id }) => id);
}

async function expectLogged(ids: readonly string[], version: number): Promise<void> {
  const logged = await loggedVersions(api);
  const wanted = ids.map(id => `${id} ${version}`).sort();
  expect(logged.filter(found => wanted.includes(found))).toEqual(wanted);
}

test('while MongoDB hangs the cache is repaired, and the lag can be seen', { timeout: 40_000 }, async () => {
  const ids = await createMany(10);
  await becomes(nothing);
  await mongodb.hang();
  await Promise.all(ids.map(id => deaf.patch(id, { title: 'new' })));
  await becomes({ toLog: 10, toRepair: 0 });
  for (const id of ids) expect((await api.get(id)).title).toBe('new');
  await expect.poll(() => metric(/^relay_failures_total\{lane="logged"/), { timeout: 15_000 }).toBeGreaterThan(0);
  expect(await metric(/^outbox_rows\{lane="logged"/)).toBe(10);
  expect(await metric(/^outbox_oldest_row_age_seconds\{lane="logged"/)).toBeGreaterThan(1);
  expect(await metric(/^outbox_oldest_row_age_seconds\{lane="repaired"/)).toBe(0);
  await mongodbReturns();
  await becomes(nothing);
  await expectLogged(ids, 2);
});

test('while Redis hangs activities are logged', { timeout: 40_000 }, async () => {
  redis.hang();
  const ids = await createMany(10);
  await becomes({ toLog: 0, toRepair: 10 });
  await expectLogged(ids, 1);
  redis.resume();
  await becomes(nothing);
});

test('while both hang no transaction is held, and the change feed goes on', { timeout: 60_000 }, async () => {
  const failedBefore = await metric(/^relay_failures_total\{lane="logged"/);
  const watch = await watchTransactions();
  redis.hang();
  await mongodb.hang();
  const made = await createMany(1);
  const seen = new Set<string>();
  let cursor: string | null = null;
  const follow = async () => {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { json } = await api.request('GET', `/api/changes?limit=100${after}`);
    cursor = json.next_cursor;
    for (const { id } of json.items) seen.add(id);
    return seen;
  };
  const failures = () => metric(/^relay_failures_total\{lane="logged"/);
  const nudged = nudge(relay.url);
  while ((await failures()) === failedBefore) {
    const [id = ''] = await createMany(1);
    made.push(id);
    await expect.poll(follow, { timeout: 15_000 }).toContain(id);
  }
  await nudged;
  const { looks, held } = await watch.end();
  expect(held).toEqual([]);
  expect(looks).toBeGreaterThan(100);
  expect(await waiting()).toEqual({ toLog: made.length, toRepair: made.length });
  redis.resume();
  await mongodbReturns();
  await becomes(nothing);
  await expectLogged(made, 1);
});

/** Asks again and again for connections that are in a transaction without working in it, or hold ids or a snapshot. */
async function watchTransactions(): Promise<{ end(): Promise<{ looks: number; held: unknown[] }> }> {
  const client = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await client.connect();
  const held: unknown[] = [];
  let looks = 0;
  let ended = false;
  const looking = (async () => {
    while (!ended) {
      const { rows } = await client.query(`
        select state, query, backend_xid, backend_xmin from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state <> 'active'
          and (state like 'idle in transaction%' or backend_xid is not null or backend_xmin is not null)`);
      held.push(...rows);
      looks += 1;
    }
  })();
  return {
    async end() {
      ended = true;
      await looking;
      await client.end();
      return { looks, held };
    },
  };
}
