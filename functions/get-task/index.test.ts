import { expect } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';

const stranger = '01999999-9999-7999-8999-999999999999';

test('a task that is not cached is a miss, then a hit', async ({ api }) => {
  const task = await api.create({ title: 'cold' });
  // Another database of the same Redis: a cache that has seen nothing yet.
  await using cold = await openApi({ ...api.environment, REDIS_URL: `${api.environment.REDIS_URL}/7` });
  const read = async () => {
    const { headers, json } = await cold.request('GET', `/api/tasks/${task.id}`);
    expect(json).toEqual(task);
    return headers.get('x-cache');
  };
  await expect.poll(read).toBe('miss');
  expect(await read()).toBe('hit');
});

test('without Redis every answer is a bypass', async ({ api }) => {
  const task = await api.create({ title: 'uncached' });
  await using bare = await openApi({ ...api.environment, REDIS_URL: '' });
  const { headers, json } = await bare.request('GET', `/api/tasks/${task.id}`);
  expect(headers.get('x-cache')).toBe('bypass');
  expect(json).toEqual(task);
});

test.for([stranger, 'not-a-uuid', '%00', '%zz', `${stranger}0`, '..%2f..%2fhealth'])(
  '%s names no task',
  async (id, { api }) => {
    const { status, headers, json } = await api.request('GET', `/api/tasks/${id}`);
    expect(status).toBe(404);
    expect(json.type).toBe('/problems/not-found');
    expect(headers.get('x-cache')).toMatch(/^(hit|miss|bypass)$/);
  },
);

test('an id in upper case is the same id', async ({ api }) => {
  const task = await api.create({ title: 'loud' });
  expect(await api.get(task.id.toUpperCase())).toEqual(task);
});

test('If-None-Match: 304 for the current version, by weak comparison, 200 for others', async ({ api }) => {
  const task = await api.create({ title: 'known' });
  const read = (condition: string) =>
    api.request('GET', `/api/tasks/${task.id}`, { headers: { 'if-none-match': condition } });
  for (const current of ['"1"', 'W/"1"', '*', '"7", W/"1"', ' ,"1",']) {
    const { status, headers, text } = await read(current);
    expect([current, status, text]).toEqual([current, 304, '']);
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('x-cache')).toBe('hit');
  }
  for (const other of ['"2"', '"01"', '"a,b"', '"W/1"'])
    expect([other, (await read(other)).status]).toEqual([other, 200]);
  for (const malformed of ['1', '"1', 'w/"1"', '"1" "2"', ',', '']) {
    const { status, json } = await read(malformed);
    expect([malformed, status]).toEqual([malformed, 400]);
    expect(json.errors).toMatchObject([{ header: 'If-None-Match' }]);
  }
});

test('a missing task is 404 whatever If-None-Match says', async ({ api }) => {
  const { status } = await api.request('GET', `/api/tasks/${stranger}`, { headers: { 'if-none-match': '*' } });
  expect(status).toBe(404);
});

test('HEAD is GET without a body', async ({ api }) => {
  const task = await api.create({ title: 'heading' });
  const get = await api.request('GET', `/api/tasks/${task.id}`);
  const head = await api.request('HEAD', `/api/tasks/${task.id}`);
  expect(head.status).toBe(200);
  expect(head.text).toBe('');
  for (const name of ['etag', 'content-length', 'content-type', 'x-cache']) {
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
  }
});

test('what is bad about a request is told before what it asks for is looked up', async ({ api }) => {
  const { status, json } = await api.request('GET', `/api/tasks/${stranger}?fields=id`);
  expect(status).toBe(400);
  expect(json.errors).toEqual([{ parameter: 'fields', detail: 'Unknown.' }]);
});

test('the request id is the caller’s when it is sane, else the trace’s', async ({ api }) => {
  const path = `/api/tasks/${stranger}`;
  const { headers, json } = await api.request('GET', path, { headers: { 'x-request-id': 'call-7.1' } });
  expect(headers.get('x-request-id')).toBe('call-7.1');
  expect(json.request_id).toBe('call-7.1');
  for (const insane of ['a b', '<script>', 'x'.repeat(129), '']) {
    const reply = await api.request('GET', path, { headers: { 'x-request-id': insane } });
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  }
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traced = await api.request('GET', path, { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
  expect(traced.headers.get('x-request-id')).toBe(traceId);
});
