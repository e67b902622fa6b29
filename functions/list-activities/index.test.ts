import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { direct } from '../../local/testing/mongodb-url.ts';

const activitiesOf = async (api: Api, id: string, query = '') =>
  (await api.request('GET', `/api/tasks/${id}/activities${query}`)).json;

async function busyTask(api: Api): Promise<string> {
  const { id } = await api.create({ title: 'a', due_at: '2026-01-01T00:00:00Z' });
  await api.request('PATCH', `/api/tasks/${id}`, { body: { title: 'b' }, headers: { 'x-request-id': 'rename-7' } });
  await api.request('DELETE', `/api/tasks/${id}`);
  await api.request('POST', `/api/tasks/${id}/restore`);
  return id;
}

test('every change has one activity, newest first, visible at once', async ({ api }) => {
  const id = await busyTask(api);
  const { items, next_cursor } = await activitiesOf(api, id);
  expect(next_cursor).toBeNull();
  const common = { task_id: id, actor: 'anonymous', at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) };
  expect(items).toEqual([
    { ...common, id: items[0].id, request_id: items[0].request_id, action: 'restored', version: 4, changes: {} },
    { ...common, id: items[1].id, request_id: items[1].request_id, action: 'deleted', version: 3, changes: {} },
    {
      ...common,
      id: items[2].id,
      request_id: 'rename-7',
      action: 'updated',
      version: 2,
      changes: { title: { from: 'a', to: 'b' } },
    },
    {
      ...common,
      id: items[3].id,
      request_id: items[3].request_id,
      action: 'created',
      version: 1,
      changes: {
        title: { from: null, to: 'a' },
        description: { from: null, to: '' },
        status: { from: null, to: 'pending' },
        priority: { from: null, to: 'medium' },
        labels: { from: null, to: [] },
        due_at: { from: null, to: '2026-01-01T00:00:00.000Z' },
      },
    },
  ]);
});

test('the same page before and after the relay has moved it', async ({ api }) => {
  const id = await busyTask(api);
  const before = await activitiesOf(api, id);
  await sendNudge(api);
  await api.patch(id, { title: 'c' });
  const after = await activitiesOf(api, id);
  expect(after.items.slice(1)).toEqual(before.items);
  expect(after.items[0]).toMatchObject({ version: 5, changes: { title: { from: 'b', to: 'c' } } });
});

test('page by page, across what waits and what is logged', async ({ api }) => {
  const id = await busyTask(api);
  await sendNudge(api);
  await api.patch(id, { title: 'c' });
  const versions: number[] = [];
  let cursor = '';
  for (;;) {
    const { items, next_cursor } = await activitiesOf(api, id, `?limit=2${cursor}`);
    versions.push(...items.map(({ version }: { version: number }) => version));
    if (next_cursor === null) break;
    cursor = `&cursor=${next_cursor}`;
  }
  expect(versions).toEqual([5, 4, 3, 2, 1]);
});

test('a cursor belongs to its task', async ({ api }) => {
  const [one, other] = [await busyTask(api), await busyTask(api)];
  const { next_cursor } = await activitiesOf(api, one, '?limit=1');
  const { status } = await api.request('GET', `/api/tasks/${other}/activities?cursor=${next_cursor}`);
  expect(status).toBe(400);
});

test('a task that never was has none: 404', async ({ api }) => {
  expect((await api.request('GET', '/api/tasks/01999999-9999-7999-8999-999999999999/activities')).status).toBe(404);
});

test('without the log a page is whole or 503, never one with a hole', async ({ api }) => {
  const moved = await busyTask(api);
  await sendNudge(api);
  const waiting = await busyTask(api);
  await using cut = await openApi({ ...api.environment, MONGODB_URL: 'mongodb://127.0.0.1:9/none' });
  const whole = await cut.request('GET', `/api/tasks/${waiting}/activities`);
  expect([whole.status, whole.json.items.length]).toEqual([200, 4]);
  const { status, headers, json } = await cut.request('GET', `/api/tasks/${moved}/activities`);
  expect([status, json.type, headers.get('retry-after')]).toEqual([503, '/problems/unavailable', '1']);
});

test('a log that hangs when it is first asked is read again when it answers', async ({ api }) => {
  const id = await busyTask(api);
  await sendNudge(api);
  await using gate = await gateTo(api.environment.MONGODB_URL ?? '');
  await gate.hang();
  await using reader = await openApi({ ...api.environment, MONGODB_URL: direct(gate.url) });
  const read = async () => (await reader.request('GET', `/api/tasks/${id}/activities`)).status;
  expect(await read()).toBe(503);
  await gate.shut();
  await gate.open();
  await expect.poll(read, { timeout: 10_000 }).toBe(200);
});

test('without MONGODB_URL the log stays in PostgreSQL', async () => {
  await using api = await openApi({ MONGODB_URL: '' });
  const id = await busyTask(api);
  await sendNudge(api);
  expect((await activitiesOf(api, id)).items).toHaveLength(4);
});
