/**
 * While Redis is away, whatever the way, no request fails because of it and few wait for it; when it is back, nothing is
 * answered that was changed meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { HttpContract } from '../lib/http/contract.ts';
import { type Api, openApi, type Reply } from '../local/testing/api.ts';
import { type ExampleRequest, exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import { expectAlive } from '../local/testing/expect-alive.ts';
import { type Gate, gateTo } from '../local/testing/gate.ts';
import { inTurns } from '../local/testing/in-turns.ts';
import { metric } from '../local/testing/metric.ts';
import { processOf } from '../local/testing/process-of.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../local/testing/throw-away-redis.ts';

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 3 });

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

/** Milliseconds; what waits does so for 50, and then there is PostgreSQL to ask, on a machine that may be busy. */
const limit = 5_000;

test.for(faults)('Redis is $name: every function answers as ever, and uses it again afterwards', async fault => {
  await using cache = await openCache();
  await using other = await openApi();
  await using api = await openApi({ ...other.environment, ...counting, REDIS_URL: cache.network.url });
  await Promise.all(callers.map(contract => untilUsed(api, contract)));
  const examples = () => inTurns(callers, contract => exampleRequest(contract, other));
  const [first, second] = [await examples(), await examples()];
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

  await Promise.all(callers.map(contract => untilUsed(api, contract)));
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
        await inTurns(ids, id => vi.waitFor(async () => expect(await read(url, id)).toBe(`${title}, a hit`), 30_000));
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

/** Of each function an answer as if nothing were the matter, and more refusals at once than may wait for Redis. */
async function expectAnswers(api: Api, examples: readonly ExampleRequest[]): Promise<void> {
  const begun = performance.now();
  const ask = async ({ contract, method, path, options, status }: ExampleRequest) => {
    const refused = Array.from({ length: 6 }, () => refusal(api, contract));
    const all = await Promise.all([api.request(method, path, options), ...refused]);
    const statuses = all.map(each => each.status);
    expect([contract.name, ...statuses]).toEqual([contract.name, status, ...Array(6).fill(400)]);
  };
  await Promise.all(examples.map(ask));
  expect(performance.now() - begun).toBeLessThan(limit);
}

/** What is refused for its parameters was counted before: it asks Redis, and no other store. */
function refusal(api: Api, { name, route, body }: HttpContract): Promise<Reply> {
  const path = `${route.path.replace('{id}', name)}?nonsense=1`;
  return api.request(route.method, path, body.types.length > 0 ? { body: {} } : {});
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

/** Until its requests are counted. */
async function untilUsed(api: Api, contract: HttpContract): Promise<void> {
  const isCounted = async () => (await refusal(api, contract)).headers.has('ratelimit');
  await vi.waitUntil(isCounted, { timeout: 20_000, interval: 50 });
}
