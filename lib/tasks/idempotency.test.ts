import pg from 'pg';
import { expect } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';

const keyed = (key: string, body: unknown = { title: 'once' }) => ({ body, headers: { 'idempotency-key': key } });

test('10 racing creates with one key make one task', async ({ api }) => {
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => api.request('POST', '/api/tasks', keyed('race', { title: 'raced' }))),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201));
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(9);
  expect(await sql(api, "select count(*)::int as count from tasks where title = 'raced'")).toEqual([{ count: 1 }]);
});

test('the replay is the first answer, whatever became of the task since', async ({ api }) => {
  const first = await api.request('POST', '/api/tasks', keyed('replay'));
  await api.patch(first.json.id, { title: 'changed' });
  await api.request('DELETE', `/api/tasks/${first.json.id}`);
  const again = await api.request('POST', '/api/tasks', keyed('replay'));
  expect([again.status, again.text]).toEqual([201, first.text]);
  for (const name of ['etag', 'location', 'content-type']) {
    expect([name, again.headers.get(name)]).toEqual([name, first.headers.get(name)]);
  }
  expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
});

test('the same key with other input is 422, with the same input in another order a replay', async ({ api }) => {
  await api.request('POST', '/api/tasks', keyed('input', { title: 'x', priority: 'low' }));
  const same = await api.request('POST', '/api/tasks', keyed('input', '{ "priority": "low", "title": " x " }'));
  expect([same.status, same.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  const other = await api.request('POST', '/api/tasks', keyed('input', { title: 'y' }));
  expect([other.status, other.json.type]).toEqual([422, '/problems/idempotency-key-reused']);
});

test('a key belongs to its route and path, too', async ({ api }) => {
  const [one, two] = [await api.create({ title: 'a' }), await api.create({ title: 'b' })];
  for (const { id } of [one, two]) await api.request('DELETE', `/api/tasks/${id}`);
  const restore = (id: string) =>
    api.request('POST', `/api/tasks/${id}/restore`, { headers: { 'idempotency-key': 'path' } });
  expect((await restore(one.id)).status).toBe(200);
  expect((await restore(two.id)).status).toBe(422);
  expect((await restore(one.id)).headers.get('idempotency-replayed')).toBe('true');
});

test('the key is looked up before anything about the task', async ({ api }) => {
  const { id } = await api.create({ title: 'a' });
  await api.request('DELETE', `/api/tasks/${id}`);
  const headers = { 'idempotency-key': 'before' };
  const restored = await api.request('POST', `/api/tasks/${id}/restore`, { headers });
  const missing = '01999999-9999-7999-8999-999999999999';
  expect((await api.request('POST', `/api/tasks/${missing}/restore`, { headers })).status).toBe(422);
  await api.request('DELETE', `/api/tasks/${id}`);
  const replayed = await api.request('POST', `/api/tasks/${id}/restore`, { headers });
  expect([replayed.text, replayed.headers.get('idempotency-replayed')]).toEqual([restored.text, 'true']);
});

test('an answer that changed nothing burns no key', async ({ api }) => {
  const headers = { 'idempotency-key': 'unburnt' };
  const { id } = await api.create({ title: 'a' });
  expect((await api.request('POST', `/api/tasks/${id}/restore`, { headers })).status).toBe(200);
  const missing = '01999999-9999-7999-8999-999999999999';
  expect((await api.request('POST', `/api/tasks/${missing}/restore`, { headers })).status).toBe(404);
  expect((await api.request('POST', '/api/tasks', { ...keyed('unburnt', { title: '' }) })).status).toBe(400);
  const created = await api.request('POST', '/api/tasks', keyed('unburnt'));
  expect([created.status, created.headers.get('idempotency-replayed')]).toEqual([201, null]);
});

test('while the first is running the second waits, then 409', async ({ api }) => {
  const first = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await first.connect();
  await first.query('begin');
  await first.query("insert into idempotency_keys (tenant, key, fingerprint) values ('local', 'running', 'x')");
  const waiting = api.request('POST', '/api/tasks', keyed('running'));
  const { status, headers, json } = await waiting;
  expect([status, json.type, headers.get('retry-after')]).toEqual([409, '/problems/conflict', '1']);
  await first.query('rollback');
  await first.end();
  expect((await api.request('POST', '/api/tasks', keyed('running'))).status).toBe(201);
});

test('after 24 hours a key is new', async ({ api }) => {
  const first = await api.request('POST', '/api/tasks', keyed('old'));
  await sql(
    api,
    "update idempotency_keys set created_at = created_at - interval '24 hours 1 second' where key = 'old'",
  );
  const second = await api.request('POST', '/api/tasks', keyed('old', { title: 'another' }));
  expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(second.json.id).not.toBe(first.json.id);
});

test.for(['', 'a b', 'ä', 'x'.repeat(256)])('the key %j is bad input', async (key, { api }) => {
  const { status, json } = await api.request('POST', '/api/tasks', keyed(key));
  expect(status).toBe(400);
  expect(json.errors).toMatchObject([{ header: 'Idempotency-Key' }]);
});

test('a change that cannot be kept keeps no key', async () => {
  await using api = await openApi();
  await sql(api, "alter table tasks add constraint refused check (title <> 'refused')");
  expect((await api.request('POST', '/api/tasks', keyed('lost', { title: 'refused' }))).status).toBe(500);
  expect(await sql(api, 'select count(*)::int as keys from idempotency_keys')).toEqual([{ keys: 0 }]);
});
