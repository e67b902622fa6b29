import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';

const put = (id: string, body: unknown, headers: Record<string, string>) =>
  ['PUT', `/api/tasks/${id}`, { body, headers }] as const;

test('fields left out get their defaults', async ({ api }) => {
  const task = await api.create({ title: 'old', description: 'long', priority: 'low', labels: ['a'], assignee: 'bob' });
  const { status, json } = await api.request(...put(task.id, { title: 'new' }, { 'if-match': '"1"' }));
  expect(status).toBe(200);
  expect(json).toMatchObject({
    title: 'new',
    description: '',
    priority: 'medium',
    labels: [],
    assignee: null,
    version: 2,
  });
  expect(json.created_at).toBe(task.created_at);
  expect((await api.request('GET', `/api/tasks/${task.id}`)).headers.get('x-cache')).toBe('hit');
});

test('it needs If-Match, but first a task', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  const { status, json } = await api.request(...put(id, { title: 'y' }, {}));
  expect(status).toBe(428);
  expect(json.type).toBe('/problems/precondition-required');
  expect((await api.request(...put('01999999-9999-7999-8999-999999999999', { title: 'y' }, {}))).status).toBe(404);
  await api.request('DELETE', `/api/tasks/${id}`);
  expect((await api.request(...put(id, { title: 'y' }, {}))).status).toBe(404);
});

test('bad input is told before the missing condition', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  expect((await api.request(...put(id, {}, {}))).status).toBe(400);
});

test('a stale version is 412 with the current one; * takes any', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  const stale = await api.request(...put(id, { title: 'y' }, { 'if-match': '"2"' }));
  expect([stale.status, stale.headers.get('etag')]).toEqual([412, '"1"']);
  expect((await api.request(...put(id, { title: 'y' }, { 'if-match': '*' }))).json.version).toBe(2);
});

test('the same again is no new version', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  expect((await api.request(...put(id, { title: 'x' }, { 'if-match': '"1"' }))).json.version).toBe(1);
});
