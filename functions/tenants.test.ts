/** What one tenant was given opens nothing for another, not even when it is handed over. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Issuer, makeSigningKey, type SigningKey, startIssuer, tokenFor } from '../local/issuer.ts';
import { type Api, openApi, type Reply } from '../local/testing/api.ts';

const audience = 'task-manager';

let key: SigningKey;
let issuer: Issuer;
let api: Api & AsyncDisposable;

beforeAll(async () => {
  key = await makeSigningKey();
  issuer = await startIssuer([key]);
  api = await openApi({ AUTH_MODE: 'oidc', AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await issuer.close();
});

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function as(tenant: string, request: string, { body, headers }: Asked = {}): Promise<Reply> {
  const [method = '', path = ''] = request.split(' ');
  const authorization = `Bearer ${await tokenFor(tenant, key, issuer.url, audience)}`;
  return api.request(method, path, { body, headers: { ...headers, authorization } });
}

test('an idempotency key: the other one makes a task of its own', async () => {
  const asked = { body: { title: 'the same' }, headers: { 'idempotency-key': 'shared' } };
  const [alices, bobs] = [await as('alice', 'POST /api/tasks', asked), await as('bob', 'POST /api/tasks', asked)];
  expect([bobs.status, bobs.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(bobs.json).toMatchObject({ created_by: 'bob' });
  expect(bobs.json.id).not.toBe(alices.json.id);
});

test('a task in the cache', async () => {
  const { json } = await as('carol', 'POST /api/tasks', { body: { title: 'cached' } });
  const hers = await as('carol', `GET /api/tasks/${json.id}`);
  expect([hers.status, hers.headers.get('x-cache')]).toEqual([200, 'hit']);
  for (const tenant of ['dan', 'carol:', ':carol', 'CAROL', '*', 'carol\n'])
    expect([tenant, (await as(tenant, `GET /api/tasks/${json.id}`)).status]).toEqual([tenant, 404]);
});

test.for(['/api/tasks?limit=1', '/api/changes?limit=1'])('a cursor of %s', async path => {
  const [owner, other] = [`erin${path}`, `frank${path}`];
  for (const tenant of [owner, owner, other]) await as(tenant, 'POST /api/tasks', { body: { title: tenant } });
  const { json } = await as(owner, `GET ${path}`);
  const next = `GET ${path}&cursor=${json.next_cursor}`;
  expect((await as(owner, next)).status).toBe(200);
  const refused = await as(other, next);
  expect([refused.status, refused.json.errors]).toMatchObject([400, [{ parameter: 'cursor' }]]);
});

test('what was done to a task, and how much was done at all', async () => {
  const { json } = await as('ivan', 'POST /api/tasks', { body: { title: 'watched' } });
  expect((await as('ivan', `GET /api/tasks/${json.id}/activities`)).json.items).toHaveLength(1);
  expect((await as('judy', `GET /api/tasks/${json.id}/activities`)).status).toBe(404);
  expect((await as('judy', 'GET /api/activities/summary')).json.days).toEqual([]);
});
