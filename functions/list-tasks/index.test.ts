import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';

async function walk(api: Api, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { json } = await api.request('GET', `/api/tasks?${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    ids.push(...json.items.map(({ id }: { id: string }) => id));
    cursor = json.next_cursor;
  } while (cursor !== null);
  return ids;
}

test('newest first, page by page, the last with a null cursor', async () => {
  await using api = await openApi();
  const created: string[] = [];
  for (const title of ['a', 'b', 'c', 'd', 'e']) created.unshift((await api.create({ title })).id);
  for (const limit of [1, 2, 5, 100]) expect(await walk(api, `limit=${limit}`)).toEqual(created);
  const { json } = await api.request('GET', '/api/tasks?limit=5');
  expect(json.next_cursor).toBeNull();
  expect(json.items[0]).toEqual(await api.get(created[0] ?? ''));
});

test('20 a page unless asked', async () => {
  await using api = await openApi();
  await Promise.all(Array.from({ length: 21 }, () => api.create({ title: 'x' })));
  const { json } = await api.request('GET', '/api/tasks');
  expect(json.items).toHaveLength(20);
});

test('a walk sees each task once while others are made and deleted', async () => {
  await using api = await openApi();
  const standing = await Promise.all(Array.from({ length: 40 }, () => api.create({ title: 'stays' })));
  const leaving = await Promise.all(Array.from({ length: 10 }, () => api.create({ title: 'goes' })));
  const disturbance = Promise.all([
    ...leaving.map(({ id }) => api.request('DELETE', `/api/tasks/${id}`)),
    ...Array.from({ length: 20 }, () => api.create({ title: 'comes' })),
  ]);
  const seen = await walk(api, 'limit=3');
  await disturbance;
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(standing.map(({ id }) => id)));
});

test.for(['0', '101', '-1', '1e1', '٣', '1.0', '', ' 1'])('limit=%s is refused', async (limit, { api }) => {
  const { status, json } = await api.request('GET', `/api/tasks?limit=${encodeURIComponent(limit)}`);
  expect(status).toBe(400);
  expect(json.errors).toEqual([{ parameter: 'limit', detail: 'Must be a whole number from 1 to 100.' }]);
});

test.for([
  ['nonsense', '!!'],
  ['empty', ''],
  ['another list’s', Buffer.from('["activities:x",3]').toString('base64url')],
  ['forged', Buffer.from('["tasks:-created_at",["2026-01-01T00:00:00.000Z","x\' or 1=1"]]').toString('base64url')],
  [
    'with a bad instant',
    Buffer.from('["tasks:-created_at",["now()","01999999-9999-7999-8999-999999999999"]]').toString('base64url'),
  ],
  ['null', Buffer.from('null').toString('base64url')],
])('a cursor that is %s is refused', async ([_name = '', cursor = ''], { api }) => {
  const { status, json } = await api.request('GET', `/api/tasks?cursor=${encodeURIComponent(cursor)}`);
  expect(status).toBe(400);
  expect(json.errors).toMatchObject([{ parameter: 'cursor' }]);
});

test('a query that takes over 2 s is cut, and its filter is named', async () => {
  await using api = await openApi();
  await api.create({ title: 'slow' });
  await sql(
    api,
    "create or replace function task_query(words text) returns tsquery language sql as 'select null::tsquery from pg_sleep(5)'",
  );
  const { status, headers, json } = await api.request('GET', '/api/tasks?q=slow&sort=due_at');
  expect([status, json.type, headers.get('retry-after')]).toEqual([503, '/problems/query-too-slow', '1']);
  expect(json.detail).toContain('q, sort=due_at');
});

test('a search for what is no word matches everything', async ({ api }) => {
  const { id } = await api.create({ title: 'plain', labels: ['no-word'] });
  for (const q of ['', '!?', '²']) {
    const { json } = await api.request('GET', `/api/tasks?label=no-word&q=${encodeURIComponent(q)}`);
    expect([q, json.items.map((task: { id: string }) => task.id)]).toEqual([q, [id]]);
  }
});

test('unknown, doubled and undecodable parameters are all told', async ({ api }) => {
  const { status, json } = await api.request('GET', '/api/tasks?limit=1&limit=2&colour=red&__proto__=1&cursor=%ff');
  expect(status).toBe(400);
  expect(json.errors.map(({ parameter }: { parameter: string }) => parameter).toSorted()).toEqual([
    '__proto__',
    'colour',
    'cursor',
    'limit',
  ]);
});
