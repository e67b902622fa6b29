import { expect } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/nudge.ts';

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
  '/',
  '/api',
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

test('/health takes no parameters', async ({ api }) => {
  const { status, json } = await api.request('GET', '/health?verbose=1');
  expect([status, json.errors]).toEqual([400, [{ parameter: 'verbose', detail: 'Unknown.' }]]);
});

test('every answer says nosniff and none says what server it is', async ({ api }) => {
  for (const path of ['/health', '/nowhere']) {
    const { headers } = await api.request('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    for (const name of ['server', 'x-powered-by', 'via']) expect(headers.get(name)).toBeNull();
  }
});
