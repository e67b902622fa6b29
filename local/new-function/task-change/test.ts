import { expect } from 'vitest';
import { test } from '../../../local/testing/api.ts';

test('the task is answered', async ({ api }) => {
  const task = await api.create({ title: 'x' });
  const { status, headers, json } = await api.request('POST', `/api/tasks/${task.id}/verb`);
  expect([status, json]).toEqual([200, task]);
  expect(headers.get('etag')).toBe('"1"');
});

test('a task that never was, or is in the trash, is 404', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  await api.request('DELETE', `/api/tasks/${id}`);
  for (const missing of [id, '01999999-9999-7999-8999-999999999999']) {
    expect((await api.request('POST', `/api/tasks/${missing}/verb`)).status).toBe(404);
  }
});
