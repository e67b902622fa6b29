import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { test } from '../../local/testing/api.ts';

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

test('a title is enough: the rest gets its defaults', async ({ api }) => {
  const { status, headers, json } = await api.request('POST', '/api/tasks', { body: { title: '  Ship it \n' } });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`/api/tasks/${json.id}`);
  expect(headers.get('etag')).toBe('"1"');
  expect(json).toEqual({
    id: expect.stringMatching(version7),
    title: 'Ship it',
    description: '',
    status: 'pending',
    priority: 'medium',
    labels: [],
    assignee: null,
    due_at: null,
    completed_at: null,
    created_by: 'anonymous',
    version: 1,
    created_at: expect.stringMatching(instant),
    updated_at: json.created_at,
    deleted_at: null,
  });
});

test('the next GET is a hit, and the same text', async ({ api }) => {
  const created = await api.request('POST', '/api/tasks', { body: { title: 'cached' } });
  const read = await api.request('GET', `/api/tasks/${created.json.id}`);
  expect(read.headers.get('x-cache')).toBe('hit');
  expect(read.text).toBe(created.text);
});

test('every field that a client sets is kept', async ({ api }) => {
  const fields = {
    title: 'all',
    description: 'of it',
    status: 'in_progress',
    priority: 'critical',
    labels: ['b', 'a', ' A '],
    assignee: 'bob',
    due_at: '2026-12-24T18:00:00.000Z',
  };
  expect(await api.create(fields)).toMatchObject(fields);
});

test('a task born completed has the instant of its completion', async ({ api }) => {
  const task = await api.create({ title: 'done', status: 'completed' });
  expect(task.completed_at).toBe(task.created_at);
});

test.for([
  ['2026-11-22T16:00:00.9999+07:00', '2026-11-22T09:00:00.999Z'],
  ['2024-02-29t23:59:59z', '2024-02-29T23:59:59.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is answered as %s', async ([sent, answered], { api }) => {
  const task = await api.create({ title: 'due', due_at: sent });
  expect(task.due_at).toBe(answered);
  expect(await api.get(task.id)).toEqual(task);
});

test.for([
  '2026-02-29T00:00:00Z',
  '2026-11-22',
  '2026-11-22T09:00Z',
  '2026-11-22T09:00:00',
  '2026-11-22T24:00:00Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '+012026-01-01T00:00:00Z',
  'tomorrow',
  '',
])('%j is no instant', async (sent, { api }) => {
  const { status, json } = await api.request('POST', '/api/tasks', { body: { title: 'due', due_at: sent } });
  expect(status).toBe(400);
  expect(json.errors).toEqual([{ pointer: '/due_at', detail: expect.stringContaining('RFC 3339') }]);
});

test('all faults are told at once, each with its place', async ({ api }) => {
  const body = {
    title: ' ',
    status: 'done',
    labels: ['a', 7, 'a'],
    assignee: '',
    due_at: 5,
    id: 'mine',
    'a/b~c': 1,
  };
  const { status, headers, json } = await api.request('POST', '/api/tasks?dry=1', { body });
  expect(status).toBe(400);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(json).toMatchObject({ type: '/problems/bad-request', status: 400, request_id: headers.get('x-request-id') });
  const places = json.errors.map(({ pointer, parameter }: Record<string, string>) => pointer ?? `?${parameter}`);
  expect(places.toSorted()).toEqual(
    ['/title', '/status', '/labels/1', '/labels', '/assignee', '/due_at', '/id', '/a~1b~0c', '?dry'].toSorted(),
  );
});

test.for([
  'id',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
  'completed_at',
  'created_by',
  '__proto__',
  'constructor',
])('a client cannot set %s', async (name, { api }) => {
  const { status, json } = await api.request('POST', '/api/tasks', { body: `{"title":"x","${name}":null}` });
  expect(status).toBe(400);
  expect(json.errors).toEqual([{ pointer: `/${name}`, detail: 'Unknown.' }]);
});

test.for(['title', 'description', 'status', 'priority', 'labels'])('%s cannot be null', async (name, { api }) => {
  const { status, json } = await api.request('POST', '/api/tasks', { body: { title: 'x', [name]: null } });
  expect(status).toBe(400);
  expect(json.errors).toMatchObject([{ pointer: `/${name}` }]);
});

test('of double keys the last counts', async ({ api }) => {
  const { json } = await api.request('POST', '/api/tasks', { body: '{"title":"first","title":"last"}' });
  expect(json.title).toBe('last');
});

describe('lengths are counted in code points', () => {
  const outlaw = '𝕏';
  test.for([
    ['title', 255],
    ['assignee', 255],
    ['description', 10_000],
  ] as const)('%s: %i', async ([field, most], { api }) => {
    const longest = outlaw.repeat(most);
    expect(await api.create({ title: 'x', [field]: longest })).toMatchObject({ [field]: longest });
    const { status } = await api.request('POST', '/api/tasks', { body: { title: 'x', [field]: `${longest}y` } });
    expect(status).toBe(400);
  });

  test('20 labels of 50', async ({ api }) => {
    const labels = Array.from(
      { length: 20 },
      (_, index) => `${String.fromCodePoint(0x1f600 + index)}${outlaw.repeat(49)}`,
    );
    expect(await api.create({ title: 'x', labels })).toMatchObject({ labels });
    for (const refused of [[...labels, 'one more'], [`${outlaw.repeat(51)}`], ['']]) {
      const { status } = await api.request('POST', '/api/tasks', { body: { title: 'x', labels: refused } });
      expect(status).toBe(400);
    }
  });
});

test('text comes back as it was sent, whatever it is', async ({ api }) => {
  const words = fc.string({ unit: 'binary', maxLength: 50 }).filter(text => !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(
      words,
      words.filter(text => text !== ''),
      async (description, label) => {
        const task = await api.create({ title: 'x', description, labels: [label] });
        expect(task).toMatchObject({ description, labels: [label] });
        expect(await api.get(task.id)).toEqual(task);
      },
    ),
    { numRuns: 50 },
  );
});

test.for(['\\u0000', '\\ud800', '\\udc00\\ud800'])('text with %s is bad input', async (escaped, { api }) => {
  for (const body of [
    `{"title":"a${escaped}"}`,
    `{"title":"a","labels":["${escaped}"]}`,
    `{"title":"a","${escaped}":1}`,
  ]) {
    const { status, headers } = await api.request('POST', '/api/tasks', { body });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
  }
});

test.for([
  ['nothing', ''],
  ['an array', '[]'],
  ['a text', '"x"'],
  ['null', 'null'],
  ['half of it', '{"title":'],
  ['deep nesting', `${'['.repeat(80_000)}${']'.repeat(80_000)}`],
  ['a byte order mark', '\ufeff{"title":"x"}'],
])('a body that is %s is refused as a whole', async ([_name, body], { api }) => {
  const { status, json } = await api.request('POST', '/api/tasks', { body });
  expect(status).toBe(400);
  expect(json.errors).toMatchObject([{ pointer: '' }]);
});

test.for(['text/plain', 'application/merge-patch+json', 'application/json; charset=latin1', 'application/jsonx'])(
  '%s is no type for it',
  async (type, { api }) => {
    const { status, json } = await api.request('POST', '/api/tasks', { body: '{', headers: { 'content-type': type } });
    expect(status).toBe(415);
    expect(json.detail).toContain('application/json');
  },
);

test('a body over 160 KiB is too large, one of 160 KiB is not', async ({ api }) => {
  const json = JSON.stringify({ title: 'x' });
  const padded = (length: number) => json + ' '.repeat(length - json.length);
  expect((await api.request('POST', '/api/tasks', { body: padded(160 * 1024) })).status).toBe(201);
  expect((await api.request('POST', '/api/tasks', { body: padded(160 * 1024 + 1) })).status).toBe(413);
});
