import { expect, vi } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { runJob } from '../../local/testing/job.ts';
import { sql } from '../../local/testing/sql.ts';
import { parseEnvironment } from '../environment.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { tenantEraser } from '../tasks/tenant-eraser.ts';
import { folderPlace } from './testing/places.ts';
import { emptyStores } from './testing/stores.ts';
import { makeTasks, openUncached, seen, writers } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 60_000 });
const patiently = { timeout: 30_000 };

test('what is restored is what was backed up, to the version; what was done since is not there', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const ids = await makeTasks(api);
  const before = await seen(api, ids);
  const { told, ...backedUp } = await runJob('back-up', { ...api.environment, ...place.environment });
  expect(backedUp).toMatchObject({ code: 0, stderr: '' });
  expect(told['backed up'].manifest.postgresql.rows).toMatchObject({ tasks: 5, tombstones: 1, outbox: 1 });

  const { id: later } = await api.create({ title: 'later' });
  for (const id of ids) await api.patch(id, { title: 'changed since' });
  await sendNudge(api);

  const stores = await emptyStores();
  const restored = await runJob('restore', { ...stores, ...place.environment }, 'latest');
  expect(restored).toMatchObject({ code: 0, stderr: '', told: { restored: { tasks: 6, disagreeing: 0 } } });
  await using other = await openUncached(stores);
  expect(await seen(other, ids)).toEqual(before);
  expect((await other.request('GET', `/api/tasks/${later}`)).status).toBe(404);
  expect((await other.request('GET', `/api/tasks/${later}/activities`)).status).toBe(404);
  // It goes on from there.
  expect((await other.patch(ids[0] ?? '', { title: 'after' })).json).toMatchObject({ title: 'after', version: 4 });
  await sendNudge(other);
  expect((await other.request('GET', `/api/tasks/${ids[0]}/activities`)).json.items).toHaveLength(4);
});

test('taken while twelve write, with the relay at work: each task has exactly the activities of its version', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const tasks = async () => Number((await sql(api, 'select count(*) from tasks'))[0]?.count);
  {
    await using _ = writers(api, 12);
    await expect.poll(tasks, patiently).toBeGreaterThan(50);
    expect((await runJob('back-up', { ...api.environment, ...place.environment })).code).toBe(0);
    const more = (await tasks()) + 20;
    await expect.poll(tasks, patiently).toBeGreaterThan(more);
  }
  const stores = await emptyStores();
  const { told, stderr } = await runJob('restore', { ...stores, ...place.environment }, 'latest');
  expect([told.restored?.disagreeing, stderr]).toEqual([0, '']);
  expect(told.restored.tasks).toBeGreaterThan(50);
  expect(told.restored.tasks).toBeLessThan(await tasks());
});

test('without a log the outbox is the log, before and after', async () => {
  await using api = await openUncached({ MONGODB_URL: '' });
  const place = folderPlace();
  const ids = await makeTasks(api);
  const { told } = await runJob('back-up', { ...api.environment, ...place.environment });
  expect(told['backed up'].manifest.activities).toBe(null);
  const { DATABASE_URL } = await emptyStores();
  expect((await runJob('restore', { DATABASE_URL, ...place.environment }, 'latest')).code).toBe(0);
  await using other = await openUncached({ DATABASE_URL, MONGODB_URL: '' });
  expect(await seen(other, ids)).toEqual(await seen(api, ids));
});

test('a follower of the change feed begins again, and ends with exactly what is there', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const ids = await makeTasks(api);
  const { json: first } = await api.request('GET', '/api/changes');
  await runJob('back-up', { ...api.environment, ...place.environment });
  const stores = await emptyStores();
  await runJob('restore', { ...stores, ...place.environment }, 'latest');
  await using other = await openUncached(stores);
  const late = await other.request('GET', `/api/changes?cursor=${first.next_cursor}`);
  expect([late.status, late.json.type]).toEqual([410, '/problems/cursor-expired']);
  // An open transaction anywhere on the server holds the feed back, those of other tests, too.
  const changed = async () =>
    (await other.request('GET', '/api/changes')).json.items.map(({ id }: { id: string }) => id);
  await expect.poll(changed, patiently).toHaveLength(ids.length);
  expect((await changed()).toSorted()).toEqual(ids.toSorted());
});

test('the cache is emptied: a version that was put before says nothing of what is there now', async () => {
  await using api = await openApi();
  const REDIS_URL = `${api.environment.REDIS_URL}/11`; // it is of this test alone
  await using cached = await openApi({ ...api.environment, REDIS_URL });
  const place = folderPlace();
  const { id } = await cached.create({ title: 'old' });
  await runJob('back-up', { ...cached.environment, ...place.environment });
  await cached.patch(id, { title: 'undone' });
  expect((await cached.get(id)).title).toBe('undone');
  const stores = await emptyStores();
  await runJob('restore', { ...stores, REDIS_URL, ...place.environment }, 'latest');
  await using other = await openApi({ ...stores, REDIS_URL });
  expect((await other.get(id)).title).toBe('old');
});

test('a tenant that was erased since is erased again, in both stores, and stays refused', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const [id = ''] = await makeTasks(api);
  const environment = { ...api.environment, ...place.environment };
  await runJob('back-up', environment);
  await erase(environment);
  const stores = await emptyStores();
  const { told } = await runJob('restore', { ...stores, ...place.environment }, 'latest');
  expect(told.restored).toMatchObject({ tasks: 0, activities: 0, erased: 1 });
  await using other = await openUncached(stores);
  expect((await other.request('GET', `/api/tasks/${id}/activities`)).status).toBe(404);
  expect((await other.request('POST', '/api/tasks', { body: { title: 'x' } })).status).toBe(403);
  // Nothing is left of it, not even unseen.
  expect(await erase({ ...stores, ...place.environment })).toMatchObject({ postgresql: 0, mongodb: 0 });
});

test('an erasure before the backup, taken back since, is not repeated', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const environment = { ...api.environment, ...place.environment };
  await erase(environment);
  await sql(api, 'delete from erased_tenants');
  const { id } = await api.create({ title: 'after' });
  await runJob('back-up', environment);
  const stores = await emptyStores();
  await runJob('restore', { ...stores, ...place.environment }, 'latest');
  await using other = await openUncached(stores);
  expect((await other.get(id)).title).toBe('after');
});

test('tombstones that had lasted end, with what is left of their activities', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const ids = await makeTasks(api);
  // As if the clean-up had been cut off between the log and the tombstone.
  await sql(api, "update tombstones set purged_at = purged_at - interval '92 days'");
  const [{ id: purged }] = (await sql(api, 'select id from tombstones')) as [{ id: string }];
  await runJob('back-up', { ...api.environment, ...place.environment });
  const stores = await emptyStores();
  const { told } = await runJob('restore', { ...stores, ...place.environment }, 'latest');
  expect(told.restored).toMatchObject({ tasks: ids.length - 1, disagreeing: 0 });
  await using other = await openUncached(stores);
  expect((await other.request('GET', `/api/tasks/${purged}/activities`)).status).toBe(404);
});

/** As the job does, but with no pass of a relay to wait for. */
async function erase(environment: Readonly<Record<string, string>>) {
  const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };
  const eraser = tenantEraser.open(parseEnvironment(tenantEraser.variables, environment), telemetry);
  try {
    return await eraser.erase('local', 0);
  } finally {
    await eraser.close();
  }
}
