import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';

test('a task comes out of the trash as it was, two versions on, and its next GET is a hit', async ({ api }) => {
  const task = await api.create({ title: 'x', labels: ['a'] });
  await api.request('DELETE', `/api/tasks/${task.id}`);
  const { status, headers, json } = await api.request('POST', `/api/tasks/${task.id}/restore`);
  expect(status).toBe(200);
  expect(headers.get('etag')).toBe('"3"');
  expect(json).toEqual({ ...task, version: 3, updated_at: json.updated_at });
  const read = await api.request('GET', `/api/tasks/${task.id}`);
  expect([read.headers.get('x-cache'), read.json]).toEqual(['hit', json]);
});

test('a task that is not in the trash is answered unchanged', async ({ api }) => {
  const task = await api.create({ title: 'x' });
  const { status, json } = await api.request('POST', `/api/tasks/${task.id}/restore`);
  expect([status, json]).toEqual([200, task]);
});

test('racing deletions and restorations leave versions without a gap', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  await Promise.all(
    Array.from({ length: 20 }, (_, turn) =>
      turn % 2 ? api.request('POST', `/api/tasks/${id}/restore`) : api.request('DELETE', `/api/tasks/${id}`),
    ),
  );
  const { json: last } = await api.request('POST', `/api/tasks/${id}/restore`);
  const { json } = await api.request('GET', `/api/tasks/${id}/activities?limit=100`);
  const versions = json.items.map((activity: { version: number }) => activity.version);
  expect(versions).toEqual(Array.from({ length: last.version }, (_, index) => last.version - index));
});

test('what never was cannot be restored', async ({ api }) => {
  expect((await api.request('POST', '/api/tasks/01999999-9999-7999-8999-999999999999/restore')).status).toBe(404);
});
