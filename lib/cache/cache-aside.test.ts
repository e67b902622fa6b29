import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { gateTo } from '../../local/testing/gate.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { type CacheAside, openCache } from './cache-aside.ts';
import { type Entry, encode } from './entry.ts';
import { openGuardedRedis } from './guarded-redis.ts';
import { noCache } from './no-cache.ts';
import type { Load } from './reader.ts';
import { beginWrite } from './writer.ts';

let redis: ThrowAwayRedis;
let runId: string;
let key: string;
let cache: CacheAside;
/** Another process with the same Redis. */
let elsewhere: CacheAside;

const observer = { operation: vi.fn(), breaker: () => {} };

beforeAll(async () => {
  redis = await throwAwayRedis();
  runId = /run_id:(\w+)/.exec(String(await redis.command('info', 'server')))?.[1] ?? '';
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => {
  key = randomUUID();
  cache = openCache(redis.url, { ttlSeconds: 300, observer });
  elsewhere = openCache(redis.url, { ttlSeconds: 300, observer: { operation: () => {}, breaker: () => {} } });
  await vi.waitFor(() => expect([cache.state(), elsewhere.state()]).toEqual(['closed', 'closed']), 5_000);
  observer.operation.mockClear();
});
afterEach(async () => {
  await cache.close();
  await elsewhere.close();
});

const entry = (version: number): Entry => ({ version, body: `body ${version}` });
const loadsNothing: Load = () => Promise.reject(new Error('this should have come from the cache'));
const loads =
  (version: number): Load =>
  async () =>
    entry(version);
const held = () => redis.command('get', `${runId}:${key}`);
const leased = () => vi.waitFor(async () => expect(await held()).toMatch(/^P\d+ /), { timeout: 5_000, interval: 1 });

/** What was asked before has its answer from Redis: it is one connection. */
const answered = () => cache.read(randomUUID(), loads(1));

/** A load that waits for the test. */
function heldLoad() {
  const { promise, resolve, reject } = Promise.withResolvers<Entry | undefined>();
  return { load: vi.fn(() => promise), resolve, reject };
}

test('a miss is loaded, and a hit for everybody after', async () => {
  expect(await cache.read(key, loads(3))).toEqual({ entry: entry(3), cache: 'miss' });
  expect(await cache.read(key, loadsNothing)).toEqual({ entry: entry(3), cache: 'hit' });
  expect(await elsewhere.read(key, loadsNothing)).toEqual({ entry: entry(3), cache: 'hit' });
  expect(observer.operation.mock.calls).toEqual([
    ['read', 'miss'],
    ['read', 'hit'],
  ]);
});

test('that there is nothing is a hit, too: of an unknown key, and of what is in the trash', async () => {
  expect(await cache.read(key, async () => undefined)).toEqual({ entry: undefined, cache: 'miss' });
  expect(await cache.read(key, loadsNothing)).toEqual({ entry: undefined, cache: 'hit' });
  const trashed = { version: 4, body: undefined };
  await (await cache.begin()).put(key, trashed);
  expect(await cache.read(key, loadsNothing)).toEqual({ entry: trashed, cache: 'hit' });
  expect(observer.operation.mock.calls).toEqual([
    ['read', 'miss'],
    ['read', 'none'],
    ['put', 'stored'],
    ['read', 'none'],
  ]);
});

test('a thousand readers of a cold key cost one load', async () => {
  const load = vi.fn(loads(1));
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => cache.read(key, load)));
  expect(new Set(answers.map(answer => answer.entry?.version))).toEqual(new Set([1]));
  const around = answers.filter(answer => answer.cache === 'bypass').length; // on a machine that is too busy to answer
  expect(around).toBeLessThan(1_000);
  expect(load.mock.calls.length - around).toBeLessThanOrEqual(1);
});

test('what was put is a hit, here and elsewhere, for each key of the write', async () => {
  const keys = Array.from({ length: 100 }, () => randomUUID());
  const write = await cache.begin();
  await Promise.all(keys.map((its, i) => write.put(its, entry(i))));
  const answers = await Promise.all(keys.map(its => elsewhere.read(its, loadsNothing)));
  expect(answers).toEqual(keys.map((_, i) => ({ entry: entry(i), cache: 'hit' })));
});

test('a process that has only just opened its cache puts and hits, too', async () => {
  await using fresh = disposable(openCache(redis.url, { ttlSeconds: 300, observer }));
  await (await fresh.begin()).put(key, entry(1));
  expect(await fresh.read(key, loadsNothing)).toEqual({ entry: entry(1), cache: 'hit' });
});

test('who finds another process loading waits for it', async () => {
  const slow = heldLoad();
  const first = elsewhere.read(key, slow.load);
  await leased();
  const second = cache.read(key, loadsNothing);
  slow.resolve(entry(2));
  expect(await second).toEqual({ entry: entry(2), cache: 'hit' });
  expect(await first).toEqual({ entry: entry(2), cache: 'miss' });
});

test('but not for long; and what the other then brings is not taken, being older', async () => {
  const slow = heldLoad();
  const first = elsewhere.read(key, slow.load);
  await leased();
  expect(await cache.read(key, loads(2))).toEqual({ entry: entry(2), cache: 'miss' });
  expect(await held()).toMatch(/^P2 /);
  slow.resolve(entry(1));
  expect(await first).toEqual({ entry: entry(1), cache: 'miss' });
  expect(await elsewhere.read(key, loads(2))).toEqual({ entry: entry(2), cache: 'miss' });
});

test('who joined a load that was overtaken starts over', async () => {
  const slow = heldLoad();
  const first = cache.read(key, slow.load);
  await leased();
  const joined = cache.read(key, loadsNothing);
  await answered();
  await (await elsewhere.begin()).put(key, entry(2));
  slow.resolve(entry(1));
  expect((await first).entry).toEqual(entry(1));
  expect(await joined).toEqual({ entry: entry(2), cache: 'hit' });
});

test('a load is not joined by who finds another lease', async () => {
  const slow = heldLoad();
  const first = cache.read(key, slow.load);
  await leased();
  await redis.command('unlink', `${runId}:${key}`); // expired, or evicted
  expect(await cache.read(key, loads(2))).toEqual({ entry: entry(2), cache: 'miss' });
  slow.resolve(entry(1));
  await first;
  expect(await cache.read(key, loadsNothing)).toEqual({ entry: entry(2), cache: 'hit' });
});

test('a load that outlives its lease does not bring back what is old', async () => {
  const slow = heldLoad();
  const first = cache.read(key, slow.load);
  await leased();
  await redis.command('unlink', `${runId}:${key}`);
  slow.resolve(entry(1));
  expect((await first).entry).toEqual(entry(1));
  expect(await held()).toBe('P1');
});

test('a failing load is told to all who wait for it, and its lease is given back', async () => {
  const slow = heldLoad();
  const readers = [cache.read(key, slow.load)];
  await leased();
  readers.push(cache.read(key, slow.load), cache.read(key, slow.load));
  await answered();
  slow.reject(new Error('PostgreSQL is away'));
  for (const reader of await Promise.allSettled(readers)) {
    expect(reader).toMatchObject({ status: 'rejected', reason: { message: 'PostgreSQL is away' } });
  }
  expect(slow.load).toHaveBeenCalledTimes(1);
  await vi.waitFor(async () => expect(await held()).toBeNull(), { timeout: 1_500, interval: 5 });
});

test('a load that throws at once is no worse', async () => {
  const thrown = cache.read(key, () => {
    throw new Error('no pool');
  });
  await expect(thrown).rejects.toThrow('no pool');
  await vi.waitFor(async () => expect(await held()).toBeNull(), { timeout: 1_500, interval: 5 });
});

test.each([
  ['under another run of Redis', () => 'another-run', 0],
  ['long ago', () => runId, 5_000],
  ['while Redis was away', () => undefined, 0],
])('a write that began %s drops what is older, and brings nothing', async (_case, itsRunId, ago) => {
  await cache.read(key, loads(1));
  const guarded = openGuardedRedis(redis.url, () => {});
  await guarded.firstSession();
  const session = itsRunId() === undefined ? undefined : { runId: itsRunId() ?? '', now: () => Date.now() - ago };
  const done = vi.fn();
  await beginWrite(guarded, session, { storing: { rendering: 'only', ttlMs: 300_000 }, done }).put(key, entry(2));
  await guarded.close();
  expect(done).toHaveBeenCalledWith('raised');
  expect(await held()).toBe('P2');
});

test('a repair drops what is older, and nothing else', async () => {
  const keys = Array.from({ length: 250 }, () => randomUUID());
  const inRedis = keys.map(its => `${runId}:${its}`);
  const stored = encode(entry(2), 'only');
  await redis.command('mset', ...inRedis.flatMap(its => [its, stored]));
  const rows = keys.map((its, i) => ({ key: its, version: i === 249 ? 3 : 2 }));
  // As the relay does: what a busy Redis has not taken is told again.
  await vi.waitFor(async () => expect(await cache.repair(rows)).toBe(true), { timeout: 5_000, interval: 1 });
  expect(await redis.command('mget', ...inRedis)).toEqual([...Array(249).fill(stored), 'P3']);
  expect(await cache.read(keys[249] ?? '', loads(3))).toMatchObject({ entry: entry(3) });
});

test('a connection that breaks loses the cache nothing but time', async () => {
  await using network = await gateTo(redis.url);
  await network.open();
  await using unlucky = disposable(openCache(network.url, { ttlSeconds: 300, observer }));
  // A read that takes too long fills nothing.
  await vi.waitFor(async () => expect(await unlucky.read(key, loads(1))).toMatchObject({ cache: 'hit' }), 5_000);
  network.cut();
  await vi.waitFor(() => expect(unlucky.state()).toBe('open'), { timeout: 5_000, interval: 1 });
  expect(await unlucky.read(key, loads(1))).toEqual({ entry: entry(1), cache: 'bypass' });
  await vi.waitFor(() => expect(unlucky.state()).toBe('closed'), 5_000);
  expect(await unlucky.read(key, loadsNothing)).toEqual({ entry: entry(1), cache: 'hit' });
});

test('two renderings share a key: each hits its own bodies, and nobody gets what is older', async () => {
  await using next = disposable(openCache(redis.url, { ttlSeconds: 300, rendering: 'next', observer }));
  const rendered: Load = async () => ({ version: 1, body: 'body 1, rendered anew' });
  await cache.read(key, loads(1));
  expect(await next.read(key, rendered)).toEqual({ entry: await rendered(), cache: 'miss' });
  expect(await next.read(key, loadsNothing)).toEqual({ entry: await rendered(), cache: 'hit' });
  await (await cache.begin()).put(key, entry(2));
  expect(await cache.read(key, loadsNothing)).toEqual({ entry: entry(2), cache: 'hit' });
  const late = heldLoad();
  const reader = next.read(key, late.load);
  await leased();
  expect(await held()).toMatch(/^P2 /);
  late.resolve({ version: 2, body: 'body 2, rendered anew' });
  expect(await reader).toEqual({ entry: { version: 2, body: 'body 2, rendered anew' }, cache: 'miss' });
  expect(await cache.read(key, loads(2))).toEqual({ entry: entry(2), cache: 'miss' });
});

test('that there is nothing has no rendering', async () => {
  await using next = disposable(openCache(redis.url, { ttlSeconds: 300, rendering: 'next', observer }));
  const trashed = { version: 4, body: undefined };
  await (await cache.begin()).put(key, trashed);
  expect(await next.read(key, loadsNothing)).toEqual({ entry: trashed, cache: 'hit' });
});

test('without a Redis everything goes to the truth', async () => {
  const none = noCache();
  await (await none.begin()).put(key, entry(1));
  expect(await none.read(key, loads(2))).toEqual({ entry: entry(2), cache: 'bypass' });
  expect(await none.repair([{ key, version: 2 }])).toBe(true);
});

function disposable(its: CacheAside): CacheAside & AsyncDisposable {
  return { ...its, [Symbol.asyncDispose]: its.close };
}
