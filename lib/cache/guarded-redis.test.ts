import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type GuardedRedis, openGuardedRedis } from './guarded-redis.ts';
import { type FaultyNetwork, faultyNetwork } from './testing/faulty-network.ts';
import { type ThrowAwayRedis, throwAwayRedis } from './testing/throw-away-redis.ts';

let server: ThrowAwayRedis;
let network: FaultyNetwork;
let redis: GuardedRedis;

const changed = vi.fn();
const becomes = (state: 'open' | 'closed') =>
  vi.waitFor(() => expect(redis.state()).toBe(state), { timeout: 5_000, interval: 2 });

beforeEach(async () => {
  changed.mockClear();
  server = await throwAwayRedis();
  network = await faultyNetwork(server.url);
  redis = openGuardedRedis(network.url, changed);
  await becomes('closed');
});
afterEach(async () => {
  await redis.close();
  await network.close();
  await server[Symbol.asyncDispose]();
});

function session() {
  return redis.session() ?? expect.unreachable('it is connected');
}

test('what is meant for another run of the server is not sent', async () => {
  expect(await redis.run({ ...session(), runId: 'another' }, ['set', 'key', 'value'])).toBe('bypass');
  expect(await redis.run(session(), ['get', 'key'])).toEqual({ reply: null });
});

test('while every answer comes too late, it stays open; once they come in time, it closes', async () => {
  network.delay(40); // each way
  await vi.waitFor(async () => expect(await redis.run(session(), ['get', 'key'])).toBe('error'), 5_000);
  await sleep(500); // some heartbeats
  expect(changed.mock.calls.map(([state]) => state)).toEqual(['closed', 'open']);
  expect(await redis.run(session(), ['get', 'key'])).toBe('bypass');
  network.delay(0);
  await becomes('closed');
});

test('what is on its way when the connection ends does not wait for the next one', async () => {
  network.swallow();
  const outcome = redis.run(session(), ['set', 'key', 'value']);
  network.cut();
  network.deliver();
  expect(await outcome).toBe('error');
  await becomes('closed');
  expect(await redis.run(session(), ['get', 'key'])).toEqual({ reply: null });
});
