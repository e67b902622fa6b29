/** How many requests a tenant has in a minute. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type Issuer, makeSigningKey, type SigningKey, startIssuer, tokenFor } from '../local/issuer.ts';
import { type Api, openApi, type Reply } from '../local/testing/api.ts';
import { gateTo } from '../local/testing/gate.ts';
import { throwAwayRedis } from '../local/testing/throw-away-redis.ts';

const audience = 'task-manager';
const limit = 3;

let key: SigningKey;
let issuer: Issuer;
let api: Api & AsyncDisposable;

beforeAll(async () => {
  key = await makeSigningKey();
  issuer = await startIssuer([key]);
  api = await openApi({
    AUTH_MODE: 'oidc',
    AUTH_ISSUER: issuer.url,
    AUTH_AUDIENCE: audience,
    RATE_LIMIT_PER_MINUTE: String(limit),
  });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await issuer.close();
});

const oneTask = `/api/tasks/${randomUUID()}`;

async function get(path: string, tenant: string, from: Api = api): Promise<Reply> {
  const token = await tokenFor(tenant, key, issuer.url, audience);
  return from.request('GET', path, { headers: { authorization: `Bearer ${token}` } });
}

const isCounted = ({ headers }: Reply) => headers.has('ratelimit');

/** Until its functions have found their Redis. */
async function connected(some: Api): Promise<void> {
  for (const path of ['/api/tasks', oneTask]) {
    await vi.waitUntil(async () => isCounted(await get(path, randomUUID(), some)), { timeout: 5_000 });
  }
}

/**
 * Runs it as a tenant of its own, until every answer was counted: on a busy machine Redis can seem to hang, and while it
 * does nobody counts.
 */
async function counting(run: (ask: (path?: string, from?: Api) => Promise<Reply>) => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const tenant = randomUUID();
    let disturbed = false;
    await connected(api);
    const asked = run(async (path = '/api/tasks', from = api) => {
      const reply = await get(path, tenant, from);
      disturbed ||= !isCounted(reply);
      return reply;
    });
    const failure = await asked.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (disturbed) continue;
    if (failure) throw failure.error;
    return;
  }
  throw new Error('no run in which every answer was counted');
}

test('each answer says what is left, and the first too many is 429', () =>
  counting(async ask => {
    for (const left of [2, 1, 0]) {
      const { status, headers } = await ask();
      expect([status, headers.get('ratelimit-policy')]).toEqual([200, `"default";q=${limit};w=60`]);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"default";r=${left};t=([1-9]|[1-5]\\d|60)$`));
    }
    const { status, headers, json } = await ask();
    expect([status, json.type]).toEqual([429, '/problems/too-many-requests']);
    const wait = headers.get('retry-after');
    expect(Number(wait)).toBeGreaterThan(0);
    expect(headers.get('ratelimit')).toBe(`"default";r=0;t=${wait}`);
    expect(headers.get('ratelimit-policy')).toBe(`"default";q=${limit};w=60`);
  }));

test('of many at once, exactly so many are let in', () =>
  counting(async ask => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(limit);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(20 - limit);
  }));

test('a tenant uses up its own minute, and no other', () =>
  counting(async ask => {
    for (let count = 0; count < limit; count++) await ask();
    expect((await ask()).status).toBe(429);
    expect((await get('/api/tasks', randomUUID())).status).toBe(200);
  }));

test('all functions and all processes count together', async () => {
  await using elsewhere = await openApi(api.environment);
  await connected(elsewhere);
  await counting(async ask => {
    expect((await ask()).status).toBe(200);
    expect((await ask('/api/tasks', elsewhere)).status).toBe(200);
    expect((await ask(oneTask)).status).toBe(404);
    expect((await ask('/api/tasks', elsewhere)).status).toBe(429);
    expect((await ask(oneTask)).status).toBe(429);
  });
});

test('problems are counted, and say so; what is refused before is not', async () => {
  const refused = await api.request('GET', '/api/tasks');
  expect([refused.status, isCounted(refused)]).toEqual([401, false]);
  await counting(async ask => {
    expect((await ask('/api/tasks?nonsense=1')).status).toBe(400);
    expect((await ask(oneTask)).headers.get('ratelimit')).toMatch(/r=1;/);
    expect((await ask()).headers.get('ratelimit')).toMatch(/r=0;/);
    expect((await ask('/api/tasks?nonsense=1')).status).toBe(429);
  });
});

test('one Redis command for a request', async () => {
  await using redis = await throwAwayRedis();
  await using own = await openApi({ ...api.environment, REDIS_URL: redis.url });
  await connected(own);
  await counting(async ask => {
    await redis.command('config', 'resetstat');
    for (let count = 0; count < 5; count++) await ask('/api/tasks', own);
    expect(String(await redis.command('info', 'commandstats'))).toMatch(/cmdstat_eval:calls=5,/);
  });
});

test('without a limit nobody counts, nor even connects', async () => {
  await using gate = await gateTo(inject('redisUrl'));
  await gate.open();
  await using unlimited = await openApi({ ...api.environment, REDIS_URL: gate.url, RATE_LIMIT_PER_MINUTE: '0' });
  for (let count = 0; count < 5; count++) {
    const reply = await get('/api/tasks', 'alice', unlimited);
    expect([reply.status, isCounted(reply), reply.headers.has('ratelimit-policy')]).toEqual([200, false, false]);
  }
  expect(gate.taken()).toBe(0);
});

test('a function has one connection to Redis, for its cache and its limit', async () => {
  await using gate = await gateTo(inject('redisUrl'));
  await gate.open();
  await using some = await openApi({ ...api.environment, REDIS_URL: gate.url });
  await vi.waitUntil(async () => isCounted(await get(oneTask, randomUUID(), some)));
  expect(gate.taken()).toBe(1);
});

test.for(['away', 'hung', 'full'])('Redis is %s: everybody is let in, and nobody waits', async fault => {
  await using redis = await throwAwayRedis();
  await using some = await openApi({ ...api.environment, REDIS_URL: redis.url });
  await connected(some);
  if (fault === 'away') await redis.kill();
  if (fault === 'hung') redis.hang();
  if (fault === 'full') await redis.command('config', 'set', 'maxmemory', '1');
  const begun = performance.now();
  for (let count = 0; count <= limit; count++) {
    const reply = await get('/api/tasks', 'alice', some);
    expect([reply.status, isCounted(reply)]).toEqual([200, false]);
  }
  expect(performance.now() - begun).toBeLessThan(2_000);
  if (fault === 'hung') redis.resume();
});

test('it is counted again when Redis is back', async () => {
  await using gate = await gateTo(inject('redisUrl'));
  await gate.open();
  await using some = await openApi({ ...api.environment, REDIS_URL: gate.url });
  await connected(some);
  await gate.shut();
  await expect.poll(async () => isCounted(await get('/api/tasks', randomUUID(), some))).toBe(false);
  await gate.open();
  await connected(some);
});
