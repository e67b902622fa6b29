/** The relay's process is killed at every step of a pass, and the next relay ends what it began. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { type Exchange, type Moment, type Watch, watchedExchanges } from '../../local/testing/exchanges.ts';
import { type Environment, type SpawnedFunction, spawnFunction } from '../../local/testing/function-process.ts';
import { type Gate, gateTo } from '../../local/testing/gate.ts';
import { loggedVersions } from '../../local/testing/logged.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { relayOnce } from '../../local/testing/relay-pass.ts';
import { sql } from '../../local/testing/sql.ts';

/** Whatever a pass asks of a store; what connects, beats and reads an empty outbox is left out. */
const markers = {
  'rows-to-log': 'rows-to-log',
  'rows-to-repair': 'rows-to-repair',
  'pass-lane-logged': 'pass-lane-logged',
  'pass-lane-repaired': 'pass-lane-repaired',
  createIndexes: '\x02createIndexes\0',
  update: '\x02update\0',
  eval: 'eval\r\n',
};

/** The steps of a pass over 120 rows: the cache is told of 100 at a time. */
const steps = [
  ...['rows-to-log 1', 'createIndexes 1', 'createIndexes 2', 'update 1', 'pass-lane-logged 1'],
  ...['rows-to-repair 1', 'eval 1', 'eval 2', 'pass-lane-repaired 1'],
];
const moments: readonly Moment[] = ['half asked', 'asked', 'answered'];

let api: Api & AsyncDisposable;
/** Its changes reach no cache. */
let deaf: Api & AsyncDisposable;

beforeAll(async () => {
  api = await openApi();
  deaf = await openApi({ ...api.environment, REDIS_URL: '' });
});
afterAll(async () => {
  await deaf[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

/** Makes 60 tasks with two changes each; the cache knows the first alone. */
async function seed(): Promise<readonly string[]> {
  const create = Array.from({ length: 60 }, () => ({ op: 'create', task: { title: 'old' } }));
  const created = await api.request('POST', '/api/tasks/batch', { body: { operations: create } });
  const ids: string[] = created.json.results.map(({ task }: { task: { id: string } }) => task.id);
  const update = ids.map(id => ({ op: 'update', id, task: { title: 'new' } }));
  const updated = await deaf.request('POST', '/api/tasks/batch', { body: { operations: update } });
  expect(updated.status).toBe(200);
  expect(await waiting()).toBe(120);
  return ids;
}

async function waiting(): Promise<unknown> {
  const [row] = await sql(api, 'select count(*)::int as count from outbox');
  return row?.count;
}

interface WatchedRelay extends AsyncDisposable {
  readonly relay: SpawnedFunction;
}

/** A process that reaches its stores by way of gates alone. */
async function startWatched(watch: (relay: () => SpawnedFunction | undefined) => Watch): Promise<WatchedRelay> {
  let relay: SpawnedFunction | undefined;
  const carry = watchedExchanges(
    markers,
    watch(() => relay),
  );
  const { DATABASE_URL = '', REDIS_URL = '', MONGODB_URL = '' } = api.environment;
  const gates = await Promise.all([DATABASE_URL, REDIS_URL, MONGODB_URL].map(url => gateTo(url, carry)));
  await Promise.all(gates.map(gate => gate.open()));
  const [postgresql, redis, mongodb] = gates.map((gate: Gate) => gate.url);
  const through: Environment = {
    DATABASE_URL: postgresql ?? '',
    REDIS_URL: redis ?? '',
    MONGODB_URL: direct(mongodb ?? ''),
  };
  const spawned = await spawnFunction('relay-activities', through);
  relay = spawned;
  return {
    relay: spawned,
    async [Symbol.asyncDispose]() {
      await spawned[Symbol.asyncDispose]();
      await Promise.all(gates.map(gate => gate.shut()));
    },
  };
}

async function expectMoved(before: readonly string[], ids: readonly string[]): Promise<void> {
  expect(await waiting()).toBe(0);
  const moved = ids.flatMap(id => [`${id} 1`, `${id} 2`]);
  expect(await loggedVersions(api)).toEqual([...before, ...moved].sort());
  const titles = await Promise.all(ids.map(async id => (await api.get(id)).title));
  expect(new Set(titles)).toEqual(new Set(['new']));
}

test('these are the steps of a pass', async () => {
  const before = await loggedVersions(api);
  const ids = await seed();
  const taken: string[] = [];
  const remember = ({ name, moment }: Exchange) => {
    if (moment === 'answered') taken.push(name);
    return 'pass' as const;
  };
  await using _watched = await startWatched(() => remember);
  await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  expect(taken.toSorted()).toEqual(steps.toSorted());
  await expectMoved(before, ids);
});

describe.for(steps)('killed at %s', step => {
  test.for(moments)('while it is %s', async moment => {
    const before = await loggedVersions(api);
    const ids = await seed();
    const killThere = (relay: () => SpawnedFunction | undefined) => (exchange: Exchange) => {
      if (exchange.name !== step || exchange.moment !== moment) return 'pass';
      relay()?.kill('SIGKILL');
      return 'stop';
    };
    await using watched = await startWatched(killThere);
    expect(await watched.relay.ended).toMatchObject({ signal: 'SIGKILL' });
    await relayOnce(api.environment);
    await expectMoved(before, ids);
  });
});
