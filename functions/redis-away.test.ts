/**
 * While Redis is away, whatever the way, no request fails because of it and few wait for it; when it is back, nothing is
 * answered that was changed meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type ThrowAwayRedis, throwAwayRedis } from '../lib/cache/testing/throw-away-redis.ts';
import { type Api, openApi } from '../local/testing/api.ts';
import { type ExampleRequest, exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import { expectAlive } from '../local/testing/expect-alive.ts';
import { type Gate, gateTo } from '../local/testing/gate.ts';
import { metric } from '../local/testing/metric.ts';
import { processOf } from '../local/testing/process-of.ts';

vi.setConfig({ testTimeout: 90_000, maxConcurrency: 3 });

/** A Redis of a test's own, and the way to it. */
interface Cache extends AsyncDisposable {
  readonly redis: ThrowAwayRedis;
  readonly network: Gate;
}

interface Fault {
  readonly name: string;
  begin(cache: Cache): unknown;
  end(cache: Cache): unknown;
  /** Once the first have waited in vain for its answers, it is not asked any more. */
  readonly answers: 'never' | 'late' | 'in time';
}

const faults: readonly Fault[] = [
  { name: 'killed', answers: 'never', begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.startAgain() },
  { name: 'hung', answers: 'never', begin: ({ redis }) => redis.hang(), end: ({ redis }) => redis.resume() },
  {
    name: 'behind a network that drops everything',
    answers: 'never',
    begin: ({ network }) => network.hang(),
    end: ({ network }) => network.open(),
  },
  {
    name: 'too slow',
    answers: 'late',
    begin: ({ network }) => network.slow(60),
    end: ({ network }) => network.slow(0),
  },
  {
    name: 'full, and evicts nothing',
    answers: 'in time',
    begin: ({ redis }) => redis.command('config', 'set', 'maxmemory', 1),
    end: ({ redis }) => redis.command('config', 'set', 'maxmemory', 0),
  },
];

const callers = httpContracts.filter(({ stores }) => stores.includes('redis'));
/** Every one of them counts its requests in Redis then. */
const counting = { RATE_LIMIT_PER_MINUTE: '1000000' };

/** More than may wait for Redis at a time. */
const atOnce = 7;
/** Milliseconds; what waits does so for 50, and then there is PostgreSQL to ask, on a machine that may be busy. */
const limit = 5_000;

test.for(faults)('Redis is $name: every function answers as ever, and uses it again afterwards', async fault => {
  await using cache = await openCache();
  await using other = await openApi();
  await using api = await openApi({ ...other.environment, ...counting, REDIS_URL: cache.network.url });
  await Promise.all(callers.map(({ name, route }) => untilUsed(api, name, route)));
  const [first, second] = [await requests(other), await requests(other)];
  await cache.redis.command('config', 'resetstat');

  await fault.begin(cache);
  await expectAnswers(api, first);
  const failed = await inVain(api);
  for (const count of failed) expect(count).toBeLessThanOrEqual(5);
  await expectAnswers(api, second);
  if (fault.answers !== 'in time') {
    expect(await inVain(api)).toEqual(failed);
    for (const { name } of callers) expect([name, await metric(api, name, 'cache_breaker_open')]).toEqual([name, 1]);
  }
  await Promise.all(callers.map(({ name }) => expectAlive(api, name)));
  await fault.end(cache);
  if (fault.name === 'hung') expect(await asked(cache.redis)).toBeLessThanOrEqual(5 * callers.length);

  await Promise.all(callers.map(({ name, route }) => untilUsed(api, name, route)));
});

test.for(faults.filter(({ answers }) => answers === 'never'))(
  'Redis is $name: /health is degraded until it is back',
  async fault => {
    await using cache = await openCache();
    await using api = await openApi({ REDIS_URL: cache.network.url });
    const health = async () => {
      const { status, json } = await api.request('GET', '/health');
      return [status, json.status, json.stores.redis];
    };
    await api.url('relay-activities'); // tells of MongoDB
    await expect.poll(health, { timeout: 5_000 }).toEqual([200, 'ok', 'up']);
    await fault.begin(cache);
    await expect.poll(health, { timeout: 5_000 }).toEqual([200, 'degraded', 'down']);
    await expectAlive(api, 'api-root');
    await fault.end(cache);
    await expect.poll(health, { timeout: 5_000 }).toEqual([200, 'ok', 'up']);
  },
);

test.concurrent.for(faults)(
  'Redis was $name: 5 s after its return nothing old is answered',
  async (fault, { expect }) => {
    await using cache = await openCache();
    await using api = await openApi({ REDIS_URL: cache.network.url });
    await using writer = await openApi({ ...api.environment, RELAY_URL: await api.url('relay-activities') });
    await using one = await processOf(api, 'get-task');
    await using another = await processOf(api, 'get-task');
    const readers = [one.url, another.url];
    const ids = await inTurns(Array(100).fill('old'), async title => (await writer.create({ title })).id);
    const untilHit = async (title: string) => {
      for (const url of readers)
        await inTurns(ids, id => vi.waitFor(async () => expect(await read(url, id)).toBe(`${title}, a hit`), 15_000));
    };
    await untilHit('old');

    await fault.begin(cache);
    const changes = await inTurns(ids, id => writer.patch(id, { title: 'new' }));
    expect(changes.map(({ status }) => status)).toEqual(Array(100).fill(200));
    if (fault.answers === 'never') expect(await read(one.url, ids[0])).toBe('new, a bypass');
    await fault.end(cache);

    await sleep(5_000); // what is promised
    for (const url of readers)
      for (const answer of await inTurns(ids, id => read(url, id))) expect(answer).toMatch(/^new, a /);
    await untilHit('new');
  },
);

async function read(url: string, id = ''): Promise<string> {
  const response = await fetch(`${url}/api/tasks/${id}`);
  const { title } = JSON.parse(await response.text());
  return `${title}, a ${response.headers.get('x-cache')}`;
}

async function openCache(): Promise<Cache> {
  const redis = await throwAwayRedis();
  const network = await gateTo(redis.url);
  await network.open();
  return {
    redis,
    network,
    async [Symbol.asyncDispose]() {
      await network.shut();
      await redis[Symbol.asyncDispose]();
    },
  };
}

async function requests(api: Api): Promise<ExampleRequest[]> {
  const each = Array<typeof callers>(atOnce).fill(callers).flat();
  return Promise.all(each.map(contract => exampleRequest(contract, api)));
}

/** All at once, each as if nothing were the matter. */
async function expectAnswers(api: Api, all: readonly ExampleRequest[]): Promise<void> {
  const begun = performance.now();
  const statuses = await Promise.all(
    all.map(async ({ contract, method, path, options }) => [
      contract.name,
      (await api.request(method, path, options)).status,
    ]),
  );
  expect(performance.now() - begun).toBeLessThan(limit);
  expect(statuses).toEqual(all.map(({ contract, status }) => [contract.name, status]));
}

/** How often each function's cache has asked Redis in vain. */
function inVain(api: Api): Promise<number[]> {
  return Promise.all(callers.map(({ name }) => metric(api, name, 'cache_operations_total', 'outcome="error"')));
}

/** How many commands of requests have reached it. */
async function asked(redis: ThrowAwayRedis): Promise<number> {
  const stats = String(await vi.waitFor(() => redis.command('info', 'commandstats'), 5_000));
  const calls = Array.from(stats.matchAll(/^cmdstat_(?:get|eval):calls=(\d+)/gm), ([, count]) => Number(count));
  return calls.reduce((sum, count) => sum + count, 0);
}

/** A request that is refused is counted, too, where Redis is in use. */
async function untilUsed(api: Api, name: string, { method, path }: { method: string; path: string }): Promise<void> {
  const isCounted = async () => {
    const { headers } = await api.request(method, `${path.replace('{id}', name)}?nonsense=1`);
    return headers.has('ratelimit');
  };
  await vi.waitUntil(isCounted, { timeout: 10_000, interval: 50 });
}

/** A few at a time: a process has few connections to PostgreSQL, and the tests share what there are. */
async function inTurns<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return results;
}
