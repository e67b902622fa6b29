/** What pages of other origins may ask for and see. */
import { test as base, describe, expect } from 'vitest';
import { type Api, hosted, openApi } from '../local/testing/api.ts';
import { catalogue } from './catalogue.ts';

const origin = 'https://app.example';
const routes = catalogue.flatMap(contract =>
  contract.kind === 'http' ? [{ name: contract.name, ...contract.route }] : [],
);

/** Tokens are asked for, and nobody can verify one. */
const test = base.extend<{ api: Api }>({
  api: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's dependencies from the pattern
    async ({}, use) => {
      await using api = await openApi({
        AUTH_MODE: 'oidc',
        AUTH_ISSUER: 'http://127.0.0.1:9',
        AUTH_AUDIENCE: 'task-manager',
        CORS_ORIGINS: `${origin}, http://localhost:5173`,
      });
      await use(api);
    },
    { scope: 'file' },
  ],
});

function preflight(method: string, from = origin) {
  return { origin: from, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' };
}

const list = (value: string | null) => value?.split(', ') ?? [];

describe.for(routes)('$method $path', ({ name, method, path }) => {
  const target = path.replace('{id}', '01999999-9999-7999-8999-999999999999');

  test.for([name, 'api-root'])('%s answers the preflight, and asks for no token', async (function_, { api }) => {
    const url = (await api.url(function_)) + target;
    const response = await fetch(url, { method: 'OPTIONS', headers: preflight(method) });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(list(response.headers.get('access-control-allow-methods'))).toContain(method);
    expect(list(response.headers.get('access-control-allow-headers'))).toEqual(
      expect.arrayContaining(['Authorization', 'Content-Type', 'If-Match', 'If-None-Match', 'Idempotency-Key']),
    );
    expect(response.headers.get('vary')).toBe('Origin');
  });

  test('its problems can be read', async ({ api }) => {
    const { status, headers } = await api.request(method, target, { headers: { origin } });
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([401, origin, 'Origin']);
    expect(list(headers.get('access-control-expose-headers'))).toEqual(
      expect.arrayContaining([
        'ETag',
        'Location',
        'X-Cache',
        'X-Request-Id',
        'Retry-After',
        'RateLimit',
        'RateLimit-Policy',
        'Idempotency-Replayed',
        'WWW-Authenticate',
      ]),
    );
  });
});

test('api-root names all methods of a path', async ({ api }) => {
  const { headers } = await api.request('OPTIONS', '/api/tasks', { headers: preflight('PUT') });
  expect(list(headers.get('access-control-allow-methods')).toSorted()).toEqual(['GET', 'HEAD', 'POST']);
});

test.for(['https://another.example', 'https://app.example.evil.example', 'null', 'http://app.example'])(
  '%s is told nothing',
  async (from, { api }) => {
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await api.request(method, '/api/tasks', { headers: preflight('GET', from) });
      expect([headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([null, 'Origin']);
    }
  },
);

test('a page may read the pages of the root', async ({ api }) => {
  const { headers } = await api.request('GET', '/health', { headers: { origin } });
  expect(headers.get('access-control-allow-origin')).toBe(origin);
});

test('no route, no preflight', async ({ api }) => {
  const { status, headers } = await api.request('OPTIONS', '/nowhere', { headers: preflight('GET') });
  expect([status, headers.get('access-control-allow-methods')]).toEqual([404, null]);
});

test('an OPTIONS that is no preflight is 405', async ({ api }) => {
  expect((await api.request('OPTIONS', '/api/tasks', { headers: { origin } })).status).toBe(405);
});

test('* is everybody', async () => {
  await using open = await openApi({ CORS_ORIGINS: '*' });
  const { status, headers } = await open.request('GET', '/api/tasks', { headers: { origin: 'https://any.example' } });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*']);
});

test('unless origins are named, it is off', async () => {
  await using closed = await openApi();
  const asked = await closed.request('OPTIONS', '/api/tasks', { headers: preflight('GET') });
  expect(asked.status).toBe(405);
  const { headers } = await closed.request('GET', '/api/tasks', { headers: { origin } });
  expect([...headers.keys()].filter(name => name.startsWith('access-control-') || name === 'vary')).toEqual([]);
});

test.for([
  'app.example',
  'https://app.example/',
  'https://app.example/path',
  'https://App.example',
  'https://app.example:443',
  'https://*.example',
  'null',
  '*,https://app.example',
  'https://app.example,,',
  'ftp://app.example',
])('CORS_ORIGINS=%s: it does not start', async (origins, { api }) => {
  for (const { start } of await Promise.all([hosted('get-task'), hosted('api-root')])) {
    expect(() => start({ ...api.environment, CORS_ORIGINS: origins })).toThrow('CORS_ORIGINS must be');
  }
});
