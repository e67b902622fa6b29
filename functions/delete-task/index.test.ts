import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';

test('a deleted task is gone for GET, PATCH, PUT and DELETE, and from the list', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  const { status, text, headers } = await api.request('DELETE', `/api/tasks/${id}`);
  expect([status, text, headers.get('content-type')]).toEqual([204, '', null]);
  const body = { title: 'y' };
  const gone = await Promise.all([
    api.request('GET', `/api/tasks/${id}`),
    api.request('PATCH', `/api/tasks/${id}`, { body }),
    api.request('PUT', `/api/tasks/${id}`, { body, headers: { 'if-match': '*' } }),
    api.request('DELETE', `/api/tasks/${id}`),
  ]);
  expect(gone.map(reply => reply.status)).toEqual([404, 404, 404, 404]);
  const { json } = await api.request('GET', '/api/tasks?limit=100');
  expect(json.items.filter((task: { id: string }) => task.id === id)).toEqual([]);
});

test('its activities stay readable', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  await api.request('DELETE', `/api/tasks/${id}`);
  const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
  expect(json.items).toMatchObject([{ action: 'deleted', version: 2, changes: {} }, { action: 'created' }]);
});

test('If-Match holds for it, too', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  const conditional = (version: string) =>
    api.request('DELETE', `/api/tasks/${id}`, { headers: { 'if-match': version } });
  expect((await conditional('"2"')).status).toBe(412);
  expect((await conditional('"1"')).status).toBe(204);
});

test('of racing deletions one is the one', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  const replies = await Promise.all(Array.from({ length: 6 }, () => api.request('DELETE', `/api/tasks/${id}`)));
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 404, 404, 404, 404, 404]);
});
