/** The times that a function process keeps: a request has 10 s, and the process 12 s to end without a closed door. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, inject, test, vi } from 'vitest';
import { freshDatabase } from '../../local/testing/database.ts';
import { startFunction } from '../../local/testing/function-process.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { hold } from '../../local/testing/hold.ts';
import { connectTo } from '../../local/testing/raw-connection.ts';

vi.setConfig({ maxConcurrency: 20, testTimeout: 40_000 });

const database = await freshDatabase();
afterAll(() => database.drop());
const environment = {
  AUTH_MODE: 'disabled',
  RATE_LIMIT_PER_MINUTE: '0',
  DATABASE_URL: database.url,
  REDIS_URL: inject('redisUrl'),
  MONGODB_URL: inject('mongodbUrl') + new URL(database.url).pathname,
};

/** Milliseconds that the contract gives a process from its signal to its end. */
const limit = 12_000;

const newTask = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"title":"x"}',
};
const post = (url: string) => fetch(`${url}/api/tasks`, newTask);
/** The head of the same, as it goes over the wire. */
const head = 'POST /api/tasks HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n';
const wholePost = head + newTask.body;
const event = {
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/test',
  'ce-type': 'task-manager.outbox.written',
};

/** The status of /readyz; undefined when nobody listens. */
async function readiness(url: string): Promise<number | undefined> {
  return fetch(`${url}/readyz`).then(
    ({ status }) => status,
    () => undefined,
  );
}

describe.concurrent('a request', () => {
  test('has 10 s; then it gets a 503, and what it still sends is not waited for', async ({ expect }) => {
    await using create = await startFunction('create-task', environment);
    using connection = await connectTo(create.url);
    const begun = performance.now();
    connection.send(`${head}{"title"`);
    const expired = await connection.next();
    expect(performance.now() - begun).toBeGreaterThan(9_990);
    expect(expired).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(expired?.body ?? '')).toMatchObject({ type: '/problems/timeout' });
    await connection.closed;
    // It failed by its sender's slowness, which is none of ours.
    const counted = async (status: string) =>
      (await (await fetch(create.metricsUrl)).text()).match(
        new RegExp(`^http_request_duration_seconds_count\\{.*status="${status}".*\\} (\\d+)`, 'm'),
      )?.[1];
    await expect.poll(() => counted('4xx')).toBe('1');
    expect(await counted('5xx')).toBe('0');
  });
});

describe.concurrent('a process that is told to end', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)('answers for 5 s, then closes its door (%s)', async (signal, { expect }) => {
    await using create = await startFunction('create-task', environment);
    using idle = await connectTo(create.url);
    idle.send(wholePost);
    expect((await idle.next())?.headers).toMatchObject({ connection: 'keep-alive' });

    const told = performance.now();
    create.kill(signal);
    await expect.poll(() => readiness(create.url)).toBe(503);
    idle.send(wholePost);
    expect(await idle.next()).toMatchObject({ status: 201, headers: { connection: 'close' } });
    await idle.closed;
    create.kill(signal); // a second one changes nothing
    while (performance.now() - told < 4_500) {
      const answers = await Promise.all([post(create.url), fetch(`${create.url}/livez`)]);
      expect(answers.map(answer => answer.status)).toEqual([201, 200]);
      for (const { headers } of answers) expect(headers.get('connection')).toBe('close');
      expect(await readiness(create.url)).toBe(503);
      await delay(100);
    }

    await expect.poll(() => readiness(create.url), { timeout: 5_000 }).toBeUndefined();
    expect(performance.now() - told).toBeGreaterThan(4_990);
    expect((await create.ended).code).toBe(0);
    expect((await create.ended).at - told).toBeLessThan(limit);
  });

  test('what arrived is answered when it ends before second 11, else it gets a 503', async ({ expect }) => {
    await using create = await startFunction('create-task', environment);
    using silent = await connectTo(create.url);
    const told = performance.now();
    create.kill('SIGTERM');
    await delay(4_000); // what comes before has its own 10 s to fail by
    using slow = await connectTo(create.url);
    using endless = await connectTo(create.url);
    slow.send(`${head}{"title"`);
    endless.send(`${head}{"title"`);

    await expect.poll(() => readiness(create.url), { timeout: 5_000 }).toBeUndefined();
    slow.send(':"x"}');
    expect(await slow.next()).toMatchObject({ status: 201, headers: { connection: 'close' } });
    const expired = await endless.next();
    expect(performance.now() - told).toBeGreaterThan(10_990);
    expect(expired).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(expired?.body ?? '')).toMatchObject({ type: '/problems/timeout' });
    await silent.closed;
    expect((await create.ended).code).toBe(0);
    expect((await create.ended).at - told).toBeLessThan(limit);
  });

  test('a change that waits for a lock is made and answered', async ({ expect }) => {
    await using create = await startFunction('create-task', environment);
    await using update = await startFunction('update-task', environment);
    const path = (await post(create.url)).headers.get('location');
    await using holder = await hold(
      database.url,
      `select 1 from tasks where '/api/tasks/' || id = '${path}' for update`,
    );
    const changing = fetch(update.url + path, { ...newTask, method: 'PATCH', body: '{"title":"y"}' });
    await expect.poll(holder.isWaitedFor, { timeout: 5_000 }).toBe(true);

    update.kill('SIGTERM');
    await expect.poll(() => readiness(update.url)).toBe(503);
    await holder.release();
    const answer = await changing;
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect(await answer.json()).toMatchObject({ title: 'y', version: 2 });
    expect((await update.ended).code).toBe(0);
  });

  test.for([
    ['create-task', '/api/tasks', [503]],
    ['relay-activities', '/', [503, 204]], // its pass may have ended by then: what could not be moved waits for the next
  ] as const)('stores that hang do not keep it (%s)', async ([name, path, statuses], { expect }) => {
    await using postgresql = await gateTo(environment.DATABASE_URL);
    await using redis = await gateTo(environment.REDIS_URL);
    await using mongodb = await gateTo(environment.MONGODB_URL);
    const gates = [postgresql, redis, mongodb];
    await Promise.all(gates.map(gate => gate.open()));
    const stores = { DATABASE_URL: postgresql.url, REDIS_URL: redis.url, MONGODB_URL: mongodb.url };
    await using hanging = await startFunction(name, { ...environment, ...stores });
    const send = () => fetch(hanging.url + path, { ...newTask, headers: { ...newTask.headers, ...event } });
    const warmUp = await Promise.all([send(), send()]);
    for (const { status } of warmUp) expect(status).toBeLessThan(300);
    await Promise.all(gates.map(gate => gate.hang()));

    const told = performance.now();
    hanging.kill('SIGTERM');
    const early = send();
    await delay(4_000); // the later it comes, the longer it would keep the process
    const late = send();
    await early;
    expect(statuses).toContain((await late).status);
    const { code, at } = await hanging.ended;
    expect(code).toBe(0);
    expect(at - told).toBeLessThan(limit);
  });
});
