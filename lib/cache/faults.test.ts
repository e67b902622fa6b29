/** What becomes of reads and writes while Redis hangs, is killed, is full, or is not the primary any more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { type CacheAside, openCache } from './cache-aside.ts';
import type { Entry } from './entry.ts';
import type { Load } from './reader.ts';

let redis: ThrowAwayRedis;
let cache: CacheAside;

const observer = { operation: vi.fn(), breaker: vi.fn() };

beforeEach(async () => {
  redis = await throwAwayRedis();
  observer.operation.mockClear();
  observer.breaker.mockClear();
  cache = openCache(redis.url, { ttlSeconds: 300, observer });
});
afterEach(async () => {
  await cache.close();
  await redis[Symbol.asyncDispose]();
});

const entry = (version: number): Entry => ({ version, body: `body ${version}` });
const loads =
  (version: number): Load =>
  async () =>
    entry(version);
const becomes = (state: 'open' | 'closed', timeout = 5_000) =>
  vi.waitFor(() => expect(cache.state()).toBe(state), { timeout, interval: 2 });
const count = (outcome: string) => observer.operation.mock.calls.filter(call => call[1] === outcome).length;
const readMany = (many: number, version: number) =>
  Promise.all(Array.from({ length: many }, (_, i) => cache.read(`task-${i % 7}`, loads(version))));

async function put(key: string, version: number): Promise<void> {
  const write = await cache.begin();
  await write.put(key, entry(version));
}

test('when it hangs, five wait for it and no more; when it goes on, so does the cache', async () => {
  await becomes('closed');
  await readMany(7, 1);
  observer.operation.mockClear();

  redis.hang();
  const answers = await readMany(100, 2);
  expect(answers).toEqual(Array(100).fill({ entry: entry(2), cache: 'bypass' }));
  expect(count('error')).toBe(5);
  expect(count('bypass')).toBe(95);
  expect(cache.state()).toBe('open');

  observer.operation.mockClear();
  await readMany(100, 2);
  await put('task-1', 2);
  expect(await cache.repair([{ key: 'task-1', version: 2 }])).toBe(false);
  expect(count('bypass')).toBe(102);

  await sleep(400); // a heartbeat hangs, too
  redis.resume();
  await becomes('closed', 1_000);
  expect(observer.breaker.mock.calls.map(([state]) => state)).toEqual(['closed', 'open', 'closed']);
  expect(observer.breaker.mock.calls[1]?.[1]).toMatchObject({ message: expect.stringContaining('50 ms') });
});

test('when it hangs for long, it is found again within 5 s of its return', { timeout: 30_000 }, async () => {
  await becomes('closed');
  redis.hang();
  await readMany(5, 1);
  // Two seconds after a heartbeat was sent its connection is given up, and the next one hangs, too.
  await sleep(3_000);
  expect(await cache.read('task', loads(1))).toEqual({ entry: entry(1), cache: 'bypass' });
  redis.resume();
  await becomes('closed', 5_000);
  await put('task', 2);
  expect((await cache.read('task', loads(3))).entry).toEqual(entry(2));
});

test('an event loop that was blocked is not taken for a Redis that hangs', async () => {
  await becomes('closed');
  await cache.read('task', loads(1));
  const reads = readMany(8, 1);
  await turn();
  const until = performance.now() + 200;
  while (performance.now() < until);
  await reads;
  expect(count('error')).toBe(0);
  expect(count('bypass')).toBe(0);
  expect(cache.state()).toBe('closed');
});

test('when it hangs at the start, five wait for it and no more', async () => {
  redis.hang();
  const late = openCache(redis.url, { ttlSeconds: 300, observer });
  let answered = 0;
  const reads = Array.from({ length: 100 }, () => late.read('task', loads(1)).then(() => answered++));
  await turn();
  expect(answered).toBe(95);
  const since = performance.now();
  await Promise.all(reads);
  expect(performance.now() - since).toBeLessThan(1_000);
  expect(late.state()).toBe('open');
  await late.close();
  redis.resume();
});

test('when it is killed, all goes on; what it knew before is not believed when it is back', async () => {
  await becomes('closed');
  await put('task', 1);
  await redis.command('save'); // as a Redis with persistence does
  await redis.kill();
  await becomes('open');
  expect(await cache.read('task', loads(2))).toEqual({ entry: entry(2), cache: 'bypass' });
  await put('task', 2);

  await redis.startAgain();
  expect(Number(await vi.waitFor(() => redis.command('dbsize'), 5_000))).toBeGreaterThan(0);
  await becomes('closed');
  expect(await cache.read('task', loads(2))).toEqual({ entry: entry(2), cache: 'miss' });
  expect(await cache.read('task', loads(3))).toEqual({ entry: entry(2), cache: 'hit' });
});

test('when it was never there, nothing fails, and that is said once; when it comes, it is used', async () => {
  await redis.kill();
  const breaker = vi.fn();
  const late = openCache(redis.url, { ttlSeconds: 300, observer: { operation: () => {}, breaker } });
  expect(await late.read('task', loads(1))).toEqual({ entry: entry(1), cache: 'bypass' });
  await (await late.begin()).put('task', entry(2));
  expect(await late.repair([{ key: 'task', version: 2 }])).toBe(false);
  await vi.waitFor(() => expect(breaker).toHaveBeenCalled());
  await redis.startAgain();
  await vi.waitFor(() => expect(late.state()).toBe('closed'), 5_000);
  expect(breaker.mock.calls).toEqual([
    ['open', expect.objectContaining({ code: 'ECONNREFUSED' })],
    ['closed', undefined],
  ]);
  expect((await late.read('task', loads(3))).cache).toBe('miss');
  await late.close();
});

test('when it is full and evicts nothing, reads go around it, and nothing old is left to be read', async () => {
  await becomes('closed');
  await put('task', 1);
  await redis.command('config', 'set', 'maxmemory', 1);
  expect(await cache.read('task', loads(1))).toEqual({ entry: entry(1), cache: 'hit' });
  await put('task', 2);
  expect(await cache.read('task', loads(2))).toEqual({ entry: entry(2), cache: 'bypass' });
  expect(cache.state()).toBe('closed');
  await redis.command('config', 'set', 'maxmemory', 0);
  expect((await cache.read('task', loads(2))).cache).toBe('miss');
  expect((await cache.read('task', loads(3))).entry).toEqual(entry(2));
});

test('a repair while it is full outlasts what is older and still on its way', async () => {
  await becomes('closed');
  const late = await cache.begin();
  await redis.command('config', 'set', 'maxmemory', 1);
  const repaired = cache.repair([{ key: 'task', version: 3 }]);
  await cache.read('another task', loads(1)); // asked after it, and answered
  await redis.command('config', 'set', 'maxmemory', 0);
  await late.put('task', entry(2));
  expect((await cache.read('task', loads(3))).entry).toEqual(entry(2));
  expect(await repaired).toBe(true);
  expect((await cache.read('task', loads(3))).entry).toEqual(entry(3));
});

test('when it becomes full during a load, what was loaded is answered as something it does not know', async () => {
  await becomes('closed');
  const answer = await cache.read('task', async () => {
    await redis.command('config', 'set', 'maxmemory', 1);
    return entry(1);
  });
  expect(answer).toEqual({ entry: entry(1), cache: 'bypass' });
});

test('when it hangs during a load, what was loaded is answered as something it does not know', async () => {
  await becomes('closed');
  const answer = await cache.read('task', async () => {
    redis.hang();
    return entry(1);
  });
  expect(answer).toEqual({ entry: entry(1), cache: 'bypass' });
  redis.resume();
});

test('when it is full and evicts, what is answered is still the truth', async () => {
  await becomes('closed');
  await redis.command('config', 'set', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '3mb');
  const body = 'x'.repeat(20_000);
  for (let i = 0; i < 300; i++) await (await cache.begin()).put(`task-${i}`, { version: i + 1, body });
  expect(String(await redis.command('info', 'stats'))).toMatch(/evicted_keys:[1-9]/);
  for (let i = 299; i >= 0; i--) {
    const { entry } = await cache.read(`task-${i}`, async () => ({ version: i + 1, body }));
    expect(entry?.version).toBe(i + 1);
  }
  expect(count('hit')).toBeGreaterThan(0);
  expect(count('miss')).toBeGreaterThan(0);
});

test('a primary that became a replica is not asked, though it would answer', async () => {
  await becomes('closed');
  await put('task', 1);
  await redis.command('replicaof', '127.0.0.1', 1);
  await becomes('open');
  expect(await cache.read('task', loads(2))).toEqual({ entry: entry(2), cache: 'bypass' });
  connect(Number(new URL(redis.url).port), '127.0.0.1').end('replicaof no one\r\n'); // no client of ours stays with a replica
  await becomes('closed');
});

test.each(['answers', 'hangs', 'is away'])('closed, it keeps no process alive while Redis %s', async how => {
  if (how === 'hangs') redis.hang();
  if (how === 'is away') await redis.kill();
  const program = `
    import { openCache } from ${JSON.stringify(new URL('./cache-aside.ts', import.meta.url))};
    const cache = openCache('${redis.url}', { ttlSeconds: 300, observer: { operation() {}, breaker() {} } });
    await cache.read('task', async () => undefined);
    await cache.close();
    process.on('exit', code => console.log('left', code));
    setTimeout(() => { console.log('stayed'); process.exit(1) }, 1_500).unref();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'pipe' });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', data => (said += data));
  await once(child, 'exit');
  expect(said).toBe('left 0\n');
});
