import { expect, inject, test } from 'vitest';
import { exposition } from '../metric.ts';
import { ask } from './ask.ts';
import { openWorld } from './world.ts';

test('what breaks Redis for one process leaves the other its cache', { timeout: 30_000 }, async () => {
  await using world = await openWorld({
    postgresqlUrl: inject('postgresqlUrl'),
    templateDatabase: inject('templateDatabase'),
    mongodbUrl: inject('mongodbUrl'),
  });
  const { A, B } = world.hosts;
  const { id } = await A.api.create({ title: 'x' });
  const patiently = { timeout: 5_000 };
  const breakerOf = (api: typeof A.api) => exposition(api, 'get-task');
  const seenBy = async (by: 'A' | 'B') => (await ask(world, by, id, { kind: 'get' })).cache;
  await expect.poll(() => seenBy('B'), patiently).toBe('hit');
  await A.redis.hang();
  await expect.poll(() => seenBy('A'), patiently).toBe('bypass');
  await expect.poll(() => breakerOf(A.api), patiently).toMatch(/cache_breaker_open\S* 1/);
  await B.api.patch(id, { title: 'y' });
  await expect.poll(() => seenBy('B'), patiently).toBe('hit');
  await expect.poll(() => breakerOf(B.api), patiently).toMatch(/cache_breaker_open\S* 0/);
  await A.api.patch(id, { title: 'z' });
  expect([...(await world.failedPuts())]).toContain('A update-task');
  A.redis.cut();
  await A.redis.open();
  await world.inUse();
  expect([...(await world.failedPuts())]).toEqual([]);
});
