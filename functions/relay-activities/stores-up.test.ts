/** Which stores answer, and how full Redis is, as the relay's metrics tell it. */
import { expect, test } from 'vitest';
import { type Api, openApi } from '../../local/testing/api.ts';
import { type MetricFamily, readExposition } from '../../local/testing/exposition.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { exposition } from '../../local/testing/metric.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { throwAwayRedis } from '../../local/testing/throw-away-redis.ts';

const exposed = async (api: Api) => readExposition(await exposition(api, 'relay-activities'));

async function up(api: Api): Promise<Record<string, number>> {
  const { series = [] } = named(await exposed(api), 'store_up');
  return Object.fromEntries(series.map(({ labels, value }) => [labels.store, value]));
}

async function memory(api: Api): Promise<(number | undefined)[]> {
  const families = await exposed(api);
  return ['redis_memory_used_bytes', 'redis_memory_max_bytes'].map(name => named(families, name).series[0]?.value);
}

function named(families: readonly MetricFamily[], name: string): MetricFamily {
  return families.find(family => family.name === name) ?? expect.unreachable(`${name} is not exposed`);
}

test('a store that goes is told to be down, and to be up when it returns', { timeout: 60_000 }, async () => {
  await using redis = await throwAwayRedis();
  await using plain = await openApi();
  await using mongodb = await gateTo(plain.environment.MONGODB_URL ?? '');
  await mongodb.open();
  await using api = await openApi({ REDIS_URL: redis.url, MONGODB_URL: direct(mongodb.url) });
  const becomes = (states: Record<string, number>) => expect.poll(() => up(api), { timeout: 15_000 }).toEqual(states);

  await becomes({ postgresql: 1, redis: 1, mongodb: 1 });
  await redis.command('config', 'set', 'maxmemory', '100mb');
  expect(await memory(api)).toEqual([expect.any(Number), 100 * 1024 * 1024]);

  await redis.kill();
  await becomes({ postgresql: 1, redis: 0, mongodb: 1 });
  expect(await memory(api)).toEqual([undefined, undefined]);

  await mongodb.hang();
  await becomes({ postgresql: 1, redis: 0, mongodb: 0 });

  await redis.startAgain();
  await mongodb.shut();
  await mongodb.open();
  await becomes({ postgresql: 1, redis: 1, mongodb: 1 });
  expect(await memory(api)).toEqual([expect.any(Number), 0]);
});

test('a store that the environment does not name has no series', async () => {
  await using api = await openApi({ REDIS_URL: '', MONGODB_URL: '' });
  const heartbeats = async () => named(await exposed(api), 'heartbeat_timestamp_seconds').series.length;
  await expect.poll(heartbeats).toBe(1); // it has looked for MongoDB
  expect(await up(api)).toEqual({ postgresql: 1 });
  expect((await exposed(api)).map(({ name }) => name)).not.toContain('redis_memory_used_bytes');
});
