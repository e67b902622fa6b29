/** What the metrics tell of Redis while it answers, refuses, hangs and is lost. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Gate, gateTo } from '../../local/testing/gate.ts';
import { scrape } from '../../local/testing/scrape.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { type GuardedRedis, openProcessRedis } from './process-redis.ts';

let server: ThrowAwayRedis;
let network: Gate;
let redis: GuardedRedis;
const telemetry = () => ({ log: openLog('test', 'silent'), metrics: openMetrics('test') });
let { log, metrics } = telemetry();

beforeEach(async () => {
  ({ log, metrics } = telemetry());
  server = await throwAwayRedis();
  network = await gateTo(server.url);
  await network.open();
  redis = openProcessRedis({ REDIS_URL: network.url }, { log, metrics }) ?? expect.unreachable();
  await expect.poll(redis.state).toBe('closed');
});
afterEach(async () => {
  await redis.close();
  await network.shut();
  await server[Symbol.asyncDispose]();
});

const get = () => redis.run(redis.session() ?? expect.unreachable('it is connected'), ['get', 'key']);

async function told() {
  const value = await scrape(metrics);
  const failed = (reason: string) => value(`store_operation_errors_total{store="redis",reason="${reason}"}`);
  return {
    calls: value('store_operation_duration_seconds_count{store="redis"}'),
    failed: { unavailable: failed('unavailable'), too_slow: failed('too_slow'), other: failed('other') },
    open: value('cache_breaker_open'),
  };
}
const fine = { unavailable: 0, too_slow: 0, other: 0 };

test('a command that is answered is a call, and one that Redis refuses an error', async () => {
  expect(await get()).toEqual({ reply: null });
  expect(await told()).toEqual({ calls: 1, failed: fine, open: 0 });
  await server.command('lpush', 'key', 'a list');
  expect(await get()).toBe('error');
  expect(await told()).toEqual({ calls: 2, failed: { ...fine, other: 1 }, open: 0 });
});

test('while it hangs five calls are too slow, and those behind the breaker are none', async () => {
  await network.hang();
  const outcomes = await Promise.all(Array.from({ length: 5 }, get));
  expect(new Set(outcomes)).toEqual(new Set(['error']));
  expect(await told()).toEqual({ calls: 5, failed: { ...fine, too_slow: 5 }, open: 1 });
  expect(await get()).toBe('bypass');
  expect((await told()).calls).toBe(5);
});

test('a connection that is lost under a command makes Redis unavailable', async () => {
  await network.hang();
  const outcome = get();
  network.cut();
  expect(await outcome).toBe('error');
  expect(await told()).toEqual({ calls: 1, failed: { ...fine, unavailable: 1 }, open: 1 });
});
