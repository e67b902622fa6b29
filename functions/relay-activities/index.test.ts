import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { sql } from '../../local/testing/sql.ts';

const type = 'task-manager.outbox.written';
const binary = { 'ce-specversion': '1.0', 'ce-type': type, 'ce-source': '/test', 'ce-id': '1' };
const structured = { specversion: '1.0', type, source: '/test', id: '1' };

async function post(api: Api, headers: Record<string, string>, body?: string, path = '/') {
  const address = await api.url('relay-activities');
  return fetch(new URL(path, address), { method: 'POST', headers, ...(body !== undefined && { body }) });
}

const waiting = async (api: Api) => {
  const [row] = await sql(api, 'select count(*)::int as count from outbox');
  return row?.count;
};

test('binary mode: what waits is moved when 204 is answered', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  expect((await post(api, binary)).status).toBe(204);
  expect(await waiting(api)).toBe(0);
  const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
  expect(json.items).toHaveLength(1);
});

test('structured mode', async ({ api }) => {
  const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  const extended = { ...structured, datacontenttype: 'application/json', data: { any: 'thing' } };
  expect((await post(api, headers, JSON.stringify(extended))).status).toBe(204);
});

test.for([
  ['another type', { ...binary, 'ce-type': 'task-manager.clean-up.due' }, undefined, 400],
  ['another version', { ...binary, 'ce-specversion': '0.3' }, undefined, 400],
  ['no event at all', {}, undefined, 400],
  [
    'structured, of another type',
    { 'content-type': 'application/cloudevents+json' },
    JSON.stringify({ ...structured, type: 'x' }),
    400,
  ],
  ['structured, no JSON', { 'content-type': 'application/cloudevents+json' }, '{', 400],
  ['a batch', { 'content-type': 'application/cloudevents-batch+json' }, '[]', 415],
] as const)('%s is refused', async ([_name, headers, body, status], { api }) => {
  const response = await post(api, headers, body);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
});

test('a wrong type is told at its place, in either mode', async ({ api }) => {
  const other = 'task-manager.clean-up.due';
  const inHeaders = await post(api, { ...binary, 'ce-type': other });
  expect(await inHeaders.json()).toMatchObject({ errors: [{ header: 'ce-type' }] });
  const json = { 'content-type': 'application/cloudevents+json' };
  const inBody = await post(api, json, JSON.stringify({ ...structured, type: other }));
  expect(await inBody.json()).toMatchObject({ errors: [{ pointer: '/type' }] });
});

test('it has one path and one method', async ({ api }) => {
  expect((await post(api, binary, undefined, '/api/tasks')).status).toBe(404);
  const response = await fetch(await api.url('relay-activities'));
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('on its own clock what waits is moved without a nudge', async () => {
  await using api = await openApi();
  await api.create({ title: 'x' });
  await api.url('relay-activities');
  await expect.poll(() => waiting(api), { timeout: 5_000 }).toBe(0);
});

test('two relays, and events sent twice, make one activity each', async () => {
  await using api = await openApi();
  await using other = await openApi(api.environment);
  const tasks = await Promise.all(Array.from({ length: 30 }, () => api.create({ title: 'x' })));
  await Promise.all([sendNudge(api), sendNudge(other), sendNudge(api), sendNudge(other)]);
  await expect.poll(() => waiting(api)).toBe(0);
  for (const { id } of tasks) {
    const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
    expect(json.items).toHaveLength(1);
  }
});

test('a change that the cache never heard of is repaired', async () => {
  await using api = await openApi();
  await using deaf = await openApi({ ...api.environment, REDIS_URL: '' });
  const { id } = await api.create({ title: 'old' });
  const cached = async () => (await api.request('GET', `/api/tasks/${id}`)).headers.get('x-cache');
  await expect.poll(cached).toBe('hit');
  await deaf.patch(id, { title: 'new' });
  const repaired = async () => {
    await sendNudge(api);
    return (await api.get(id)).title;
  };
  await expect.poll(repaired).toBe('new');
});

test('without a nudge, too, within 5 s', async () => {
  await using api = await openApi();
  await using deaf = await openApi({ ...api.environment, REDIS_URL: '' });
  const { id } = await api.create({ title: 'old' });
  await sendNudge(api); // from now on the relay has nothing to do, and sleeps
  const cached = async () => (await api.request('GET', `/api/tasks/${id}`)).headers.get('x-cache');
  await expect.poll(cached).toBe('hit');
  await deaf.patch(id, { title: 'new' });
  await expect.poll(async () => (await api.get(id)).title, { timeout: 5_000 }).toBe('new');
});

test('while MongoDB is away the cache is repaired all the same, and nothing is lost', async () => {
  await using api = await openApi();
  const cut = { ...api.environment, MONGODB_URL: 'mongodb://127.0.0.1:9/none' };
  const { id } = await api.create({ title: 'x' });
  {
    await using broken = await openApi(cut);
    await broken.url('relay-activities');
    const repaired = 'select count(*)::int as count from outbox where repaired_at is not null and logged_at is null';
    await expect.poll(async () => (await sql(api, repaired))[0]?.count, { timeout: 5_000 }).toBe(1);
  }
  await sendNudge(api);
  expect(await waiting(api)).toBe(0);
  expect((await api.request('GET', `/api/tasks/${id}/activities`)).json.items).toHaveLength(1);
});

test('MongoDB hangs under a burst of writes: none waits for it, none is lost, each arrives once', async () => {
  await using api = await openApi();
  await using gate = await gateTo(api.environment.MONGODB_URL ?? '');
  await gate.open();
  await using hung = await openApi({ ...api.environment, MONGODB_URL: direct(gate.url) });
  const { id: first } = await hung.create({ title: 'before' });
  await sendNudge(hung);
  await gate.hang();
  const tasks = await Promise.all(Array.from({ length: 40 }, () => hung.create({ title: 'meanwhile' })));
  // The pass ends without having moved any.
  await sendNudge(hung);
  expect(await waiting(hung)).toBe(40);
  await gate.shut();
  await gate.open();
  await expect.poll(() => waiting(hung), { timeout: 15_000 }).toBe(0);
  for (const { id } of [{ id: first }, ...tasks]) {
    const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
    expect(json.items).toHaveLength(1);
  }
});

test('while Redis is away activities are logged all the same', async () => {
  await using api = await openApi({ REDIS_URL: 'redis://127.0.0.1:9' });
  await api.create({ title: 'x' });
  await sendNudge(api);
  const logged = 'select count(*)::int as count from outbox where logged_at is not null and repaired_at is null';
  expect((await sql(api, logged))[0]?.count).toBe(1);
});

test('a document that no server takes is parked, told by list-activities, and the rest flows on', {
  timeout: 60_000,
}, async () => {
  await using api = await openApi();
  const { id } = await api.create({ title: 'x' });
  const { id: poisoned } = await api.create({ title: 'x' });
  // MongoDB takes no document of over 16 MiB.
  await sql(
    api,
    `update outbox set changes = json_build_object('title', json_build_object('from', null, 'to', repeat('x', 17000000))) where task_id = '${poisoned}'`,
  );
  await sendNudge(api);
  const rows = await sql(api, 'select task_id, parked_because is not null as parked from outbox');
  expect(rows).toEqual([{ task_id: poisoned, parked: true }]);
  expect((await api.request('GET', `/api/tasks/${id}/activities`)).json.items).toHaveLength(1);
  expect((await api.request('GET', `/api/tasks/${poisoned}/activities`)).json.items).toHaveLength(1);
});
