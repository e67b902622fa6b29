/** Who may: every route of the catalogue is walked, so that none is forgotten. */
import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpContract } from '../lib/http/contract.ts';
import { freePort } from '../local/free-port.ts';
import { type Issuer, makeSigningKey, type SigningKey, signToken, startIssuer } from '../local/issuer.ts';
import { type Api, hosted, openApi, type Reply } from '../local/testing/api.ts';
import { sendNudge } from '../local/testing/events.ts';
import { startFunction } from '../local/testing/function-process.ts';
import { catalogue } from './catalogue.ts';

const audience = 'task-manager';
const operations = catalogue.filter(contract => contract.kind === 'http');

let key: SigningKey;
let stranger: SigningKey;
let issuer: Issuer;
let api: Api & AsyncDisposable;
/** A task of alice. */
let id: string;

beforeAll(async () => {
  [key, stranger] = await Promise.all([makeSigningKey(), makeSigningKey()]);
  issuer = await startIssuer([key]);
  api = await openApi({ AUTH_MODE: 'oidc', AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience });
  const created = await api.request('POST', '/api/tasks', {
    body: { title: 'the secret of alice' },
    headers: { authorization: `Bearer ${await tokenOf('alice')}` },
  });
  expect(created.json).toMatchObject({ created_by: 'alice' });
  id = created.json.id;
  await sendNudge(api); // what alice did is in the log
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await issuer.close();
});

type Claims = Readonly<Record<string, unknown>>;

function claims(changes: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  const scope = 'tasks:read tasks:write';
  return { iss: issuer.url, aud: audience, sub: 'alice', scope, iat: now, exp: now + 600, ...changes };
}

function tokenOf(sub: string): Promise<string> {
  return signToken(key, claims({ sub }));
}

/** A request that would be answered with success, were it its own task. */
function send({ route, body, condition }: HttpContract, authorization?: string): Promise<Reply> {
  return api.request(route.method, route.path.replace('{id}', id), {
    ...(body.types.length > 0 && { body: bodies[route.path] ?? { title: 'changed' } }),
    headers: { ...(condition === 'If-Match' && { 'if-match': '*' }), ...(authorization && { authorization }) },
  });
}

const bodies: Readonly<Record<string, unknown>> = {
  '/api/tasks/batch': { operations: [{ op: 'create', task: { title: 'one of a batch' } }] },
};

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

async function signedWithThePublicKey(): Promise<string> {
  const publicKey = await importJWK(key.publicJwk, key.alg);
  if (publicKey instanceof Uint8Array) throw new Error('no public key');
  const head = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims())}`;
  const mac = createHmac('sha256', await exportSPKI(publicKey));
  return `${head}.${mac.update(head).digest('base64url')}`;
}

describe.for(operations)('$name', contract => {
  test.for<[string, string | undefined]>([
    ['no token', undefined],
    ['another scheme', 'Basic YWxpY2U6c2VjcmV0'],
  ])('%s: 401, which says no more than that a token is needed', async ([, authorization]) => {
    const { status, headers, json } = await send(contract, authorization);
    expect([status, json.type]).toEqual([401, '/problems/unauthorized']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="task-manager"');
  });

  test.for<[string, () => string | Promise<string>]>([
    ['no token after Bearer', () => ''],
    ['two tokens', async () => `${await tokenOf('alice')} ${await tokenOf('alice')}`],
    ['a token that is none', () => 'secret'],
    ['a bad signature', () => signToken({ ...stranger, kid: key.kid }, claims())],
    ['an unknown key', () => signToken(stranger, claims())],
    ['an expired one', () => signToken(key, claims({ exp: Math.floor(Date.now() / 1000) - 60 }))],
    ['another audience', () => signToken(key, claims({ aud: 'another' }))],
    ['another issuer', () => signToken(key, claims({ iss: 'https://another.example' }))],
    ['HS256 with the public key', signedWithThePublicKey],
    ['none', () => `${encode({ alg: 'none' })}.${encode(claims())}.`],
    ['no tenant', () => signToken(key, claims({ sub: undefined }))],
  ])('%s: 401, which does not say why', async ([, token]) => {
    const { status, headers, json } = await send(contract, `Bearer ${await token()}`);
    expect([status, json]).toEqual([
      401,
      {
        type: '/problems/unauthorized',
        title: 'A valid token is needed',
        status: 401,
        detail: 'The token is not valid.',
        request_id: headers.get('x-request-id'),
      },
    ]);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  test('without its scope: 403', async () => {
    const scopes = ['openid', 'tasks:read', 'tasks:write'].filter(scope => scope !== contract.scope);
    const token = await signToken(key, claims({ scope: scopes.join(' ') }));
    const { status, headers, json } = await send(contract, `Bearer ${token}`);
    expect([status, json.type]).toEqual([403, '/problems/forbidden']);
    expect(headers.get('www-authenticate')).toBe(`Bearer error="insufficient_scope", scope="${contract.scope}"`);
  });

  test('its scope is to read when it reads, and to write when it writes', () => {
    expect(contract.scope).toBe(contract.route.method === 'GET' ? 'tasks:read' : 'tasks:write');
  });

  test("another tenant's task is no task", async () => {
    const { status, text } = await send(contract, `Bearer ${await tokenOf('bob')}`);
    expect([200, 201, 404]).toContain(status);
    expect(status === 404).toBe(contract.route.path.includes('{id}'));
    expect(text).not.toMatch(new RegExp(`alice|${id}`));
  });

  test('its own scope alone, of its own tenant: let in', async () => {
    const token = await signToken(key, claims({ scope: contract.scope, jti: contract.name }));
    const { status } = await send(contract, `bearer ${token}`);
    expect([401, 403, 404]).not.toContain(status);
    await api.request('POST', `/api/tasks/${id}/restore`, { headers: { authorization: `Bearer ${token}` } });
  });
});

test("a batch does not reach another tenant's task", async () => {
  const operations = [
    { op: 'update', id, task: { title: 'taken' } },
    { op: 'delete', id },
    { op: 'restore', id },
  ];
  for (const operation of operations) {
    const { json } = await api.request('POST', '/api/tasks/batch', {
      body: { operations: [operation] },
      headers: { authorization: `Bearer ${await tokenOf('bob')}` },
    });
    expect(json.results).toMatchObject([{ status: 404 }]);
  }
});

test.for([
  ['GET', '/nowhere', 404],
  ['PATCH', '/api/tasks', 405],
])('%s %s needs no token: %i', async ([method, path, status]) => {
  expect((await api.request(String(method), String(path))).status).toBe(status);
});

test('the pages of the root are open to all', async () => {
  const paths = catalogue.flatMap(contract =>
    contract.kind === 'root' ? contract.routes.map(({ path }) => path) : [],
  );
  expect(paths).toContain('/health');
  for (const path of paths) {
    const { status } = await api.request('GET', path);
    expect([401, 403]).not.toContain(status);
  }
});

test('a function that is asked for what it does not serve says so before it asks who', async () => {
  const url = await api.url('get-task');
  expect((await fetch(`${url}/api/tasks`)).status).toBe(404);
  expect((await fetch(`${url}/api/tasks/${id}`, { method: 'PUT' })).status).toBe(405);
});

test('who asks comes before what was sent', async () => {
  const headers = { 'content-type': 'text/plain', 'if-match': 'nonsense' };
  expect((await api.request('PUT', `/api/tasks/${id}?x=1`, { body: '{', headers })).status).toBe(401);
});

test('the tenant is the claim that the environment names', async () => {
  await using named = await openApi({ ...api.environment, AUTH_TENANT_CLAIM: 'org' });
  const ask = async (changes: Claims) => {
    const authorization = `Bearer ${await signToken(key, claims(changes))}`;
    return (await named.request('GET', `/api/tasks/${id}`, { headers: { authorization } })).status;
  };
  expect(await ask({ sub: 'bob', org: 'alice' })).toBe(200);
  expect(await ask({ sub: 'alice', org: 'bob' })).toBe(404);
  expect(await ask({ sub: 'alice' })).toBe(401);
});

test.for(['server', 'framework'] as const)('bundled, under the %s', async host => {
  const [PORT, METRICS_PORT] = [String(await freePort()), String(await freePort())];
  const environment = { ...api.environment, PORT, METRICS_PORT, LOG_LEVEL: 'info' };
  await using bundled = await startFunction('get-task', environment, host);
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${bundled.url}/api/tasks/${id}`, { headers })).status;
  expect(await ask({ authorization: `Bearer ${await tokenOf('alice')}` })).toBe(200);
  expect(await ask({ authorization: `Bearer ${await tokenOf('bob')}` })).toBe(404);
  expect(await ask({ authorization: `Bearer ${await signToken(stranger, claims())}` })).toBe(401);
  expect(await ask({})).toBe(401);
});

test('an issuer that is away is no fault of the token: 503', async () => {
  await using alone = await openApi({ ...api.environment, AUTH_ISSUER: 'http://127.0.0.1:9' });
  const headers = { authorization: `Bearer ${await tokenOf('alice')}` };
  const reply = await alone.request('GET', '/api/tasks', { headers });
  expect([reply.status, reply.json.type]).toEqual([503, '/problems/unavailable']);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
});

test.for([
  ['AUTH_ISSUER', ''],
  ['AUTH_AUDIENCE', ''],
  ['AUTH_ISSUER', 'http://issuer.example'],
  ['AUTH_ISSUER', 'https://issuer.example?x'],
  ['AUTH_ISSUER', 'issuer.example'],
])('%s=%s: it does not start', async ([name = '', value = '']) => {
  for (const { start } of await Promise.all([hosted('get-task'), hosted('api-root')])) {
    expect(() => start({ ...api.environment, [name]: value })).toThrow(name);
  }
});
