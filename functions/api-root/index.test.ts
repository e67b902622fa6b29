import { describe, expect } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { processOf } from '../../local/testing/process-of.ts';

test('/health tells the state of each store', async ({ api }) => {
  await sendNudge(api);
  await expect
    .poll(async () => (await api.request('GET', '/health')).json)
    .toEqual({
      status: 'ok',
      stores: { postgresql: 'up', redis: 'up', mongodb: 'up' },
    });
});

test('without Redis and MongoDB configured nothing is wrong', async () => {
  await using api = await openApi({ REDIS_URL: '', MONGODB_URL: '' });
  await api.url('relay-activities');
  await expect
    .poll(async () => (await api.request('GET', '/health')).json)
    .toEqual({
      status: 'ok',
      stores: { postgresql: 'up', redis: 'absent', mongodb: 'absent' },
    });
});

test('Redis or MongoDB away is degraded', async () => {
  await using api = await openApi({ REDIS_URL: 'redis://127.0.0.1:9', MONGODB_URL: 'mongodb://127.0.0.1:9/none' });
  await api.url('relay-activities');
  const { status, json } = await api.request('GET', '/health');
  expect([status, json]).toEqual([
    200,
    { status: 'degraded', stores: { postgresql: 'up', redis: 'down', mongodb: 'down' } },
  ]);
});

test('PostgreSQL away is down: 503', async ({ api }) => {
  await using cut = await openApi({ ...api.environment, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
  const { status, headers, json } = await cut.request('GET', '/health');
  expect([status, json.status, json.stores.postgresql]).toEqual([503, 'down', 'down']);
  expect(headers.get('retry-after')).toBe('1');
});

test('a relay that has fallen silent is no sign of MongoDB', async () => {
  await using api = await openApi();
  expect((await api.request('GET', '/health')).json.stores.mongodb).toBe('down');
});

test.for([
  '/api',
  '/docs/',
  '/docs/x/page.html',
  '/docs/x/nothing.js',
  '/docs/x/..%2findex.js',
  '/docs/x/__proto__',
  '/api/',
  '/api/tasks/',
  '/api/tasks//restore',
  '//',
  '/api/tasks/1/2/3',
  '/__proto__',
  '/readyz/x',
])('%s is 404', async (path, { api }) => {
  const response = await fetch((await api.url('api-root')) + path);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ type: '/problems/not-found' });
});

test.for([
  ['POST', '/api/tasks/01999999-9999-7999-8999-999999999999', 'GET, HEAD, PATCH, PUT, DELETE'],
  ['DELETE', '/api/tasks', 'POST, GET, HEAD'],
  ['OPTIONS', '/api/tasks', 'POST, GET, HEAD'],
  ['GET', '/api/tasks/x/restore', 'POST'],
  ['POST', '/health', 'GET, HEAD'],
])('%s %s is 405 with what is allowed', async ([method = '', path = '', allow = ''], { api }) => {
  const { status, headers, json } = await api.request(method, path);
  expect(status).toBe(405);
  expect(headers.get('allow')?.split(', ').toSorted()).toEqual(allow.split(', ').toSorted());
  expect(json.type).toBe('/problems/method-not-allowed');
});

test.for(['/health', '/docs', '/openapi.json', '/'])('%s takes no parameters', async (path, { api }) => {
  const { status, json } = await api.request('GET', `${path}?verbose=1`);
  expect([status, json.errors]).toEqual([400, [{ parameter: 'verbose', detail: 'Unknown.' }]]);
});

test('/ leads to the reference page', async ({ api }) => {
  const { status, headers } = await api.request('GET', '/');
  expect([status, headers.get('location')]).toEqual([302, '/docs']);
});

test('/openapi.json is the document, and 304 for who has it', async ({ api }) => {
  const { status, headers, json } = await api.request('GET', '/openapi.json');
  expect([status, headers.get('content-type'), json.openapi]).toEqual([200, 'application/json', '3.1.1']);
  const etag = headers.get('etag') ?? '';
  const ask = async (tag: string) => {
    const reply = await api.request('GET', '/openapi.json', { headers: { 'if-none-match': tag } });
    return [reply.status, reply.headers.get('etag'), reply.text.length];
  };
  expect(await ask(`"other", W/${etag}`)).toEqual([304, etag, 0]);
  expect((await ask('"other"'))[0]).toBe(200);
  expect((await ask('other'))[0]).toBe(400);
});

test('/openapi.json is the same in every process', async ({ api }) => {
  await using other = await processOf(api, 'api-root');
  expect(await (await fetch(`${other.url}/openapi.json`)).text()).toBe(
    (await api.request('GET', '/openapi.json')).text,
  );
});

describe('the reference page', () => {
  test('asks nobody else for anything', async ({ api }) => {
    const { status, headers, text } = await api.request('GET', '/docs');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    const addresses = Array.from(text.matchAll(/(?:src|href)="([^"]*)"/g), ([, address = '']) => address);
    for (const address of addresses)
      expect(address).toMatch(/^(\/docs\/[0-9a-f]{12}\/[\w.-]+|\/openapi\.json|data:,)$/);
  });

  test('has its files, to be kept for good', async ({ api }) => {
    await using bundled = await processOf(api, 'api-root');
    await expectFiles(await api.url('api-root'), { best: 'gzip' });
    await expectFiles(bundled.url, { best: 'br' });
  });

  test('gives the files of now to the page of another revision, which does not keep them', async ({ api }) => {
    const { status, headers } = await api.request('GET', '/docs/0123456789ab/page.css');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  });
});

test('every answer says nosniff and none says what server it is', async ({ api }) => {
  for (const path of ['/health', '/nowhere']) {
    const { headers } = await api.request('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    for (const name of ['server', 'x-powered-by', 'via']) expect(headers.get(name)).toBeNull();
  }
});

/** @param best the encoding for a browser that takes them all */
async function expectFiles(url: string, { best }: { best: 'gzip' | 'br' }): Promise<void> {
  const page = await (await fetch(`${url}/docs`)).text();
  const addresses = Array.from(page.matchAll(/"(\/docs\/[^"]*)"/g), ([, address = '']) => address);
  expect(addresses).toHaveLength(4);
  const encodings = [
    ['gzip, deflate, br', best],
    ['gzip, deflate, br;q=0', 'gzip'],
    ['gzip;q=0, brr', null],
  ] as const;
  for (const address of addresses) {
    const type = address.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
    const texts = new Set<string>();
    for (const [accepted, encoding] of encodings) {
      const response = await fetch(url + address, { headers: { 'accept-encoding': accepted } });
      const { status, headers } = response;
      expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([200, type, 'Accept-Encoding']);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect([accepted, headers.get('content-encoding')]).toEqual([accepted, encoding]);
      texts.add(await response.text());
    }
    expect(texts.size).toBe(1);
  }
}
