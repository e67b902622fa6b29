/** Answers that no fuzz comes upon, made on purpose: each is as the document says. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Issuer, makeSigningKey, type SigningKey, signToken, startIssuer } from '../../../local/issuer.ts';
import { type Api, openApi, type Reply, type RequestOptions, test } from '../../../local/testing/api.ts';
import { deviationsFrom } from '../../../local/testing/described.ts';
import { sendCleanUp } from '../../../local/testing/events.ts';
import { sql } from '../../../local/testing/sql.ts';
import { catalogue } from '../../catalogue.ts';
import { openApiDocument } from './document.ts';

const document = openApiDocument(catalogue);
const deviations = deviationsFrom(document);

/** @returns the slug of the problem, or else the status, when the reply is as the operation says */
function told(name: string, reply: Reply): string | number {
  const operations = Object.values(document.paths).flatMap(methods => Object.values(methods));
  const operation = operations.find(({ operationId }) => operationId === name);
  if (!operation) throw new Error(`the document has no ${name}`);
  expect(deviations(operation, reply)).toEqual([]);
  return reply.json?.type?.replace('/problems/', '') ?? reply.status;
}

describe('with a task at version 2', () => {
  const body = { title: 'new' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const key = { 'idempotency-key': 'one' };
  let id: string | undefined;

  test.for<[string | number, string, string, string, RequestOptions?]>([
    [304, 'get-task', 'GET', '/api/tasks/{id}', { headers: { 'if-none-match': '"2"' } }],
    [304, 'get-task-head', 'HEAD', '/api/tasks/{id}', { headers: { 'if-none-match': '"2"' } }],
    ['precondition-failed', 'update-task', 'PATCH', '/api/tasks/{id}', { body, headers: { 'if-match': '"1"' } }],
    ['precondition-failed', 'delete-task', 'DELETE', '/api/tasks/{id}', { headers: { 'if-match': 'W/"2"' } }],
    ['precondition-failed', 'replace-task', 'PUT', '/api/tasks/{id}', { body, headers: { 'if-match': '"9"' } }],
    ['precondition-required', 'replace-task', 'PUT', '/api/tasks/{id}', { body }],
    ['unsupported-media-type', 'create-task', 'POST', '/api/tasks', { body: 'title=x', headers: form }],
    ['body-too-large', 'create-task', 'POST', '/api/tasks', { body: 'x'.repeat(163_841) }],
    ['body-too-large', 'batch-tasks', 'POST', '/api/tasks/batch', { body: 'x'.repeat(1_048_577) }],
    [422, 'batch-tasks', 'POST', '/api/tasks/batch', { body: { operations: [{ op: 'delete', id: 'none' }] } }],
    [201, 'create-task', 'POST', '/api/tasks', { body, headers: key }],
    [201, 'create-task', 'POST', '/api/tasks', { body, headers: key }],
    ['idempotency-key-reused', 'create-task', 'POST', '/api/tasks', { body: { title: 'other' }, headers: key }],
    ['idempotency-key-reused', 'restore-task', 'POST', '/api/tasks/{id}/restore', { headers: key }],
    [204, 'delete-task', 'DELETE', '/api/tasks/{id}', { headers: { 'if-match': '"2"' } }],
    ['not-found', 'get-task', 'GET', '/api/tasks/{id}'],
    [200, 'restore-task', 'POST', '/api/tasks/{id}/restore'],
    [200, 'list-changes', 'GET', '/api/changes'],
    [200, 'list-activities', 'GET', '/api/tasks/{id}/activities'],
  ])('%s is told by %s', async ([outcome, name, method, path, options], { api }) => {
    id ??= await taskAtVersion2(api);
    const reply = await api.request(method, path.replace('{id}', id), options);
    expect(told(name, reply)).toBe(outcome);
  });
});

async function taskAtVersion2(api: Api): Promise<string> {
  const { id } = await api.create({ title: 'x', labels: ['a'] });
  await api.patch(id, { priority: 'high' });
  return id;
}

test('a key whose first request is still running', async ({ api }) => {
  const client = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await client.connect();
  await client.query('begin');
  await client.query(`insert into idempotency_keys (tenant, key, fingerprint) values ('local', 'held', 'x')`);
  const headers = { 'idempotency-key': 'held' };
  const reply = await api.request('POST', '/api/tasks', { body: { title: 'x' }, headers });
  await client.end();
  expect(told('create-task', reply)).toBe('conflict');
});

test('a purged task, and a cursor of before a restore', async () => {
  await using api = await openApi();
  const { next_cursor } = (await api.request('GET', '/api/changes')).json;
  const { id } = await api.create({ title: 'x' });
  await api.request('DELETE', `/api/tasks/${id}`);
  await sql(api, "update tasks set deleted_at = now() - interval '31 days'");
  await sendCleanUp(api);
  // An open transaction of another test holds the feed back.
  const firstChange = async () => (await api.request('GET', '/api/changes')).json.items[0]?.id;
  await expect.poll(firstChange, { timeout: 18_000 }).toBe(id);
  const changes = await api.request('GET', '/api/changes');
  expect([told('list-changes', changes), changes.json.items[0]?.id]).toEqual([200, id]);
  expect(told('list-activities', await api.request('GET', `/api/tasks/${id}/activities`))).toBe(200);
  await sql(api, 'update change_feed set epoch = gen_random_uuid()');
  expect(told('list-changes', await api.request('GET', `/api/changes?cursor=${next_cursor}`))).toBe('cursor-expired');
});

test('PostgreSQL away', async ({ api }) => {
  await using cut = await openApi({ ...api.environment, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
  const create = await cut.request('POST', '/api/tasks', { body: { title: 'x' } });
  expect(told('create-task', create)).toBe('unavailable');
  expect(told('list-tasks-head', await cut.request('HEAD', '/api/tasks'))).toBe(503);
  expect(told('get-health', await cut.request('GET', '/health'))).toBe(503);
});

describe('with tokens and a rate limit', () => {
  let key: SigningKey;
  let issuer: Issuer;
  beforeAll(async () => {
    key = await makeSigningKey();
    issuer = await startIssuer([key]);
  });
  afterAll(() => issuer.close());

  test('no token, a false one, one without the scope, and one too many', async () => {
    const settings = { AUTH_MODE: 'oidc', AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: 'us', RATE_LIMIT_PER_MINUTE: '1' };
    await using api = await openApi(settings);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer.url, aud: 'us', sub: 'rare', scope: 'tasks:read', iat: now, exp: now + 60 };
    const token = await signToken(key, claims);
    const ask = (method: string, authorization?: string) =>
      api.request(method, '/api/tasks', {
        headers: authorization === undefined ? {} : { authorization },
        ...(method === 'POST' && { body: { title: 'x' } }),
      });
    expect(told('list-tasks', await ask('GET'))).toBe('unauthorized');
    expect(told('list-tasks-head', await ask('HEAD'))).toBe(401);
    expect(told('list-tasks', await ask('GET', 'Bearer x.y.z'))).toBe('unauthorized');
    expect(told('create-task', await ask('POST', `Bearer ${token}`))).toBe('forbidden');
    await expect.poll(async () => told('list-tasks', await ask('GET', `Bearer ${token}`))).toBe('too-many-requests');
  });
});
