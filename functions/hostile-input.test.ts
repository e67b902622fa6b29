/** Input that means to be more than text: it is text, or it is refused. */
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { test } from '../local/testing/api.ts';
import { sql } from '../local/testing/sql.ts';

/** In the language of each of the stores, and of who shows it. */
const hostile = [
  "'; drop table tasks; --",
  "' or '1'='1",
  '$1); delete from outbox; --',
  '{"$where":"sleep(9999)"}',
  '\r\nFLUSHALL\r\n',
  '<script>alert(1)</script>',
  '%00%27',
];

test.for(hostile)('as a value %j is what was sent', async (text, { api }) => {
  const { id } = await api.create({ title: text, labels: [text], assignee: text });
  const listed = async (query: Record<string, string>) => {
    const { status, json } = await api.request('GET', `/api/tasks?${new URLSearchParams(query)}`);
    expect(status).toBe(200);
    return json.items.map((task: { id: string }) => task.id);
  };
  expect(await api.get(id)).toMatchObject({ title: text.trim(), labels: [text], assignee: text });
  expect(await listed({ label: text })).toEqual([id]);
  expect(await listed({ assignee: text })).toEqual([id]);
  expect(await listed({ q: text, label: text })).toEqual([id]);
  const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
  expect(json.items).toMatchObject([{ changes: { assignee: { to: text } } }]);
});

test.for([
  ['sort', 'created_at;drop table tasks'],
  ['sort', '(select 1)'],
  ['sort', '-created_at desc'],
  ['status', "pending' or '1'='1"],
  ['due_before', 'now(); drop table tasks'],
  ['trash', 'true or true'],
])('%s=%s is refused', async ([name = '', value = ''], { api }) => {
  const { status, json } = await api.request('GET', `/api/tasks?${new URLSearchParams({ [name]: value })}`);
  expect([status, json.errors]).toMatchObject([400, [{ parameter: name }]]);
});

const depth = 80_000;
const deepList = '['.repeat(depth) + ']'.repeat(depth);
const deepObject = `${'{"a":'.repeat(25_000)}1${'}'.repeat(25_000)}`;

test.for([
  ['a body', deepList],
  ['a title', `{"title":${deepList.slice(20, -20)}}`],
  ['labels', `{"title":"x","labels":${deepObject}}`],
  ['a field that there is not', `{"title":"x","colour":${deepObject}}`],
])('%s tens of thousands of levels deep is refused, in any function', async ([_where, body = ''], { api }) => {
  const headers = { 'if-match': '*' };
  const { id } = await api.create({ title: 'shallow' });
  for (const [method, path] of [
    ['POST', '/api/tasks'],
    ['PATCH', `/api/tasks/${id}`],
    ['PUT', `/api/tasks/${id}`],
    ['POST', '/api/tasks/batch'],
  ] as const) {
    const { status, json } = await api.request(method, path, { body, headers });
    expect([method, path, status, json.type]).toEqual([method, path, 400, '/problems/bad-request']);
  }
  expect(await api.get(id)).toMatchObject({ title: 'shallow', version: 1 });
});

test('what is compressed is not unpacked', async ({ api }) => {
  const response = await fetch(`${await api.url('create-task')}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(`{"title":"${'x'.repeat(10_000_000)}"}`),
  });
  expect([response.status, await response.json()]).toMatchObject([415, { type: '/problems/unsupported-media-type' }]);
});

test('no name of a field reaches a prototype', async ({ api }) => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    const body = `{"title":"x","${name}":{"polluted":true}}`;
    const { status, json } = await api.request('POST', '/api/tasks', { body });
    expect([name, status, json.errors]).toMatchObject([name, 400, [{ pointer: `/${name}` }]]);
  }
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(await sql(api, "select count(*)::int as count from tasks where title = 'x'")).toEqual([{ count: 0 }]);
});
