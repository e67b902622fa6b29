/** The host of our containers, as a process of dist/: how it starts, and what it answers to whatever arrives. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { type FunctionProcess, spawnFunction, startFunction } from '../../local/testing/function-process.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { connectTo, type RawAnswer } from '../../local/testing/raw-connection.ts';

const database = await freshDatabase();
afterAll(() => database.drop());
const environment = {
  AUTH_MODE: 'disabled',
  RATE_LIMIT_PER_MINUTE: '0',
  DATABASE_URL: database.url,
  REDIS_URL: inject('redisUrl'),
};

let create: FunctionProcess;
beforeAll(async () => {
  create = await startFunction('create-task', environment);
});
afterAll(() => create[Symbol.asyncDispose]());

const post = ({ url }: FunctionProcess, task: object) =>
  fetch(`${url}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(task),
  });

/** The head of a POST of a task, as it goes over the wire. */
const head = (...lines: readonly string[]) =>
  ['POST /api/tasks HTTP/1.1', 'Host: tasks.example', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
const wholePost = (id: string) => `${head(`X-Request-Id: ${id}`, 'Content-Length: 13')}{"title":"x"}`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

function expectProblem(answer: RawAnswer | undefined, status: number, type: string): void {
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' },
  });
  const problem = JSON.parse(answer?.body ?? '');
  expect(problem).toMatchObject({ status, type: `/problems/${type}` });
  expect(problem.request_id).toBe(answer?.headers['x-request-id']);
}

describe.concurrent('before its stores are there', () => {
  test.for(['shut', 'hang'] as const)('it listens, is ready, and recovers (%s)', async (away, { expect }) => {
    await using postgresql = await gateTo(database.url);
    await using redis = await gateTo(environment.REDIS_URL);
    await postgresql[away]();
    await redis[away]();
    const stores = { DATABASE_URL: postgresql.url, REDIS_URL: redis.url };
    await using early = await startFunction('create-task', { ...environment, ...stores });

    for (const probe of ['/livez', '/readyz']) {
      const { status } = await fetch(early.url + probe, { signal: AbortSignal.timeout(1_000) });
      expect([probe, status]).toEqual([probe, 200]);
    }
    expect(postgresql.taken()).toBe(0);
    const refused = await post(early, { title: 'too early' });
    expect([refused.status, await refused.json()]).toMatchObject([503, { type: '/problems/unavailable' }]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    await postgresql.open();
    await redis.open();
    await expect.poll(async () => (await post(early, { title: 'in time' })).status, { timeout: 10_000 }).toBe(201);
  });
});

describe('ports', () => {
  test('probes are only where they say, and metrics only on their own port', async () => {
    const metrics = await fetch(create.metricsUrl);
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(metrics.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await metrics.text()).toMatch(/^http_requests_in_flight\{function="create-task"\} 0$/m);
    expect((await fetch(`${create.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${create.url}/readyz/`)).status).toBe(404);
    expect((await fetch(create.metricsUrl.replace('/metrics', '/readyz'))).status).toBe(404);
    expect((await fetch(`${create.metricsUrl}?name=x`)).status).toBe(200);
    const posted = await fetch(create.metricsUrl, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test.each(['PORT', 'METRICS_PORT'])('a %s that is taken ends the process with 1 and one clear line', async name => {
    await using second = await spawnFunction('create-task', { ...environment, [name]: new URL(create.url).port });
    const { code, stderr } = await second.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^create-task: .*address already in use.*\n$/);
    expect(stderr).toContain(new URL(create.url).port);
  });

  test('the same port twice in one environment is no way to run', async () => {
    const port = String(await freePort());
    await using spawned = await spawnFunction('create-task', { ...environment, PORT: port, METRICS_PORT: port });
    expect((await spawned.ended).code).toBe(1);
  });
});

describe('connections', () => {
  test('an idle one is kept longer than the 90 s of the proxy before it', async () => {
    const { headers } = await fetch(`${create.url}/livez`);
    expect(headers.get('keep-alive')).toMatch(/^timeout=\d+$/);
    expect(Number(headers.get('keep-alive')?.split('=')[1])).toBeGreaterThan(90);
  });

  test('pipelined requests are answered in their order', async () => {
    using connection = await connectTo(create.url);
    const nowhere = 'GET /nowhere HTTP/1.1\r\nHost: tasks.example\r\nX-Request-Id: second\r\n\r\n';
    connection.send(wholePost('first') + nowhere + wholePost('third'));
    const answers = [await connection.next(), await connection.next(), await connection.next()];
    expect(answers.map(answer => [answer?.status, answer?.headers['x-request-id']])).toEqual([
      [201, 'first'],
      [404, 'second'],
      [201, 'third'],
    ]);
  });

  test('what was asked before nonsense is answered before it is refused', async () => {
    using connection = await connectTo(create.url);
    connection.send(`${wholePost('sense')}NONSENSE\r\n\r\n`);
    expect(await connection.next()).toMatchObject({ status: 201, headers: { 'x-request-id': 'sense' } });
    expectProblem(await connection.next(), 400, 'bad-request');
    expect(await connection.next()).toBeUndefined();
  });

  test.each([
    ['no HTTP at all', 'EHLO tasks.example\r\n\r\n'],
    ['no Host', 'GET /api/tasks HTTP/1.1\r\n\r\n'],
    ['two lengths', `${head('Content-Length: 2', 'Content-Length: 3')}{}`],
    ['a length and chunks', `${head('Content-Length: 2', 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`],
    ['a bad chunk', `${head('Transfer-Encoding: chunked')}zz\r\n`],
    ['headers of 100 KB', head(`X-Filler: ${'x'.repeat(100_000)}`)],
  ])('%s is one 400 problem, and the end of the connection', async (_what, text) => {
    using connection = await connectTo(create.url);
    connection.send(text);
    expectProblem(await connection.next(), 400, 'bad-request');
    expect(await connection.next()).toBeUndefined();
  });

  test('a request with Expect: 100-continue is told to go on; any other expectation is not heeded', async () => {
    using connection = await connectTo(create.url);
    connection.send(head('Expect: 100-continue', 'Content-Length: 13'));
    expect((await connection.next())?.status).toBe(100);
    connection.send('{"title":"x"}');
    expect((await connection.next())?.status).toBe(201);
    connection.send(`${head('Expect: miracles', 'Content-Length: 13')}{"title":"x"}`);
    expect(await connection.next()).toMatchObject({ status: 201, headers: { 'x-content-type-options': 'nosniff' } });
  });
});

describe('bodies', () => {
  test('one that comes byte by byte is read to its end', async () => {
    using connection = await connectTo(create.url);
    connection.send(head('Transfer-Encoding: chunked'));
    for (const byte of '{"title":"slow"}') connection.send(chunk(byte));
    connection.send('0\r\n\r\n');
    expect((await connection.next())?.status).toBe(201);
  });

  test('one that is declared too long is refused before it comes, and then read past', async () => {
    using connection = await connectTo(create.url);
    connection.send(head('Content-Length: 1000000'));
    expectProblem(await connection.next(), 413, 'body-too-large');
    connection.send('x'.repeat(1_000_000) + wholePost('next'));
    expect(await connection.next()).toMatchObject({ status: 201, headers: { 'x-request-id': 'next' } });
  });

  test('one that grows too long is refused while it is still being sent, and then read past', async () => {
    using connection = await connectTo(create.url);
    connection.send(head('Transfer-Encoding: chunked') + chunk('x'.repeat(160 * 1024 + 1)));
    expectProblem(await connection.next(), 413, 'body-too-large');
    connection.send(`${chunk('x'.repeat(1_000_000))}0\r\n\r\n${wholePost('next')}`);
    expect(await connection.next()).toMatchObject({ status: 201, headers: { 'x-request-id': 'next' } });
  });

  test('one without end is not read for ever', async () => {
    using connection = await connectTo(create.url);
    connection.send(head('Transfer-Encoding: chunked'));
    for (let sent = 0; sent < 20; sent += 1) connection.send(chunk('x'.repeat(1024 * 1024)));
    await connection.closed;
  });

  test('one that is cut off is no defect of ours, and makes no task', async () => {
    const title = 'cut off';
    {
      using connection = await connectTo(create.url);
      connection.send(head('X-Request-Id: cut', 'Content-Length: 1000', 'Expect: 100-continue'));
      await connection.next();
      connection.send(`{"title":"${title}"`);
    }
    await expect.poll(() => logOf('cut')).toMatchObject([{ httpRequest: { status: 499 } }]);
    expect((await post(create, { title: 'next' })).status).toBe(201);
  });

  test('one that is half sent before the sender says that it ends is a 400', async () => {
    using connection = await connectTo(create.url);
    connection.send(`${head('Content-Length: 1000')}{"title":`);
    connection.end();
    expectProblem(await connection.next(), 400, 'bad-request');
    expect(await connection.next()).toBeUndefined();
  });
});

function logOf(requestId: string): unknown[] {
  const lines = create
    .output()
    .split('\n')
    .filter(line => line.startsWith('{'));
  return lines.map(line => JSON.parse(line)).filter(line => line.request_id === requestId);
}
