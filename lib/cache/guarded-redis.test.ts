import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Gate, gateTo } from '../../local/testing/gate.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { type GuardedRedis, openGuardedRedis } from './guarded-redis.ts';

let server: ThrowAwayRedis;
let network: Gate;
let redis: GuardedRedis;

const changed = vi.fn();
const becomes = (state: 'open' | 'closed') =>
  vi.waitFor(() => expect(redis.state()).toBe(state), { timeout: 5_000, interval: 2 });

beforeEach(async () => {
  changed.mockClear();
  server = await throwAwayRedis();
  network = await gateTo(server.url);
  await network.open();
  redis = openGuardedRedis(network.url, changed);
  await becomes('closed');
});
afterEach(async () => {
  await redis.close();
  await network.shut();
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
  network.slow(40); // each way
  await vi.waitFor(async () => expect(await redis.run(session(), ['get', 'key'])).toBe('error'), 5_000);
  await sleep(500); // some heartbeats
  expect(changed.mock.calls.map(([state]) => state)).toEqual(['closed', 'open']);
  expect(await redis.run(session(), ['get', 'key'])).toBe('bypass');
  network.slow(0);
  await becomes('closed');
});

test('what is on its way when the connection ends does not wait for the next one', async () => {
  await network.hang();
  const outcome = redis.run(session(), ['set', 'key', 'value']);
  network.cut();
  await network.open();
  expect(await outcome).toBe('error');
  await becomes('closed');
  expect(await redis.run(session(), ['get', 'key'])).toEqual({ reply: null });
});
