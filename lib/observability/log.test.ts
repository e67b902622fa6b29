/** What a function writes, and that it is written: as a process of dist/. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { checkout } from '../../local/checkout.ts';
import { asSuperuser } from '../../local/testing/as-superuser.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { startFunction } from '../../local/testing/function-process.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { logLines } from '../../local/testing/log-lines.ts';
import { connectTo } from '../../local/testing/raw-connection.ts';

const database = await freshDatabase();
afterAll(() => database.drop());
const environment = {
  AUTH_MODE: 'disabled',
  RATE_LIMIT_PER_MINUTE: '0',
  DATABASE_URL: database.url,
  REDIS_URL: inject('redisUrl'),
};
const place = { GOOGLE_CLOUD_PROJECT: 'a-project', K_REVISION: 'create-task-00007' };
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

test('a request is one line, with the fields of Cloud Logging', async () => {
  await using create = await startFunction('create-task', { ...environment, ...place });
  const body = '{"title":"logged"}';
  const headers = { 'content-type': 'application/json', traceparent };
  const answer = await fetch(`${create.url}/api/tasks?page=1`, { method: 'POST', headers, body });
  const answered = await answer.text();
  const lines = () => logLines(create).filter(line => 'httpRequest' in line);
  await expect.poll(lines).toHaveLength(1);
  expect(lines()[0]).toEqual({
    severity: 'INFO',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
    message: 'POST /api/tasks 400',
    httpRequest: {
      requestMethod: 'POST',
      requestUrl: '/api/tasks',
      status: 400,
      latency: expect.stringMatching(/^\d+\.\d{4}s$/),
      protocol: 'HTTP/1.1',
      requestSize: String(body.length),
      responseSize: String(Buffer.byteLength(answered)),
    },
    request_id: traceId,
    'logging.googleapis.com/labels': { function: 'create-task', revision: 'create-task-00007' },
    'logging.googleapis.com/trace': `projects/a-project/traces/${traceId}`,
    'logging.googleapis.com/spanId': expect.stringMatching(/^[\da-f]{16}$/),
    'logging.googleapis.com/trace_sampled': true,
  });
});

test('of a path only the words of routes and ids are told', async () => {
  await using create = await startFunction('create-task', environment);
  const id = '0199aaaa-0000-7000-8000-00000000000A';
  const asked = [
    `/api/tasks/${id}`,
    '/api/tasks/eyJhbGciOiJIUzI1NiJ9',
    '/me:password@host/api',
    '/api/x%3Ftoken=y',
    '//',
  ];
  for (const path of asked) await fetch(create.url + path);
  await fetch(create.url + '/x'.repeat(200));
  const paths = () => logLines(create).flatMap(({ httpRequest }) => httpRequest?.requestUrl ?? []);
  const told = [`/api/tasks/${id}`, '/api/tasks/…', '/…/api', '/api/…', '//'];
  await expect.poll(paths).toEqual([...told, `${'/…'.repeat(64)}…`]);
});

test('what is no HTTP request has a line, too', async () => {
  await using create = await startFunction('create-task', environment);
  using connection = await connectTo(create.url);
  connection.send('this is none\r\n\r\n');
  const answer = await connection.next();
  await expect
    .poll(() => logLines(create))
    .toContainEqual(expect.objectContaining({ severity: 'INFO', request_id: answer?.headers['x-request-id'] }));
});

test('a store that is away is a warning; a defect is an error with its stack, for Error Reporting', async () => {
  await using postgresql = await gateTo(database.url);
  await using create = await startFunction('create-task', { ...environment, ...place, DATABASE_URL: postgresql.url });
  const post = () =>
    fetch(`${create.url}/api/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent },
      body: '{"title":"logged"}',
    });
  const severe = () => logLines(create).filter(({ severity, request_id }) => request_id && severity !== 'INFO');
  expect((await post()).status).toBe(503);
  await expect.poll(severe).toMatchObject([
    { severity: 'WARNING', message: 'unavailable', error: { type: 'Unavailable', cause: { code: 'ECONNREFUSED' } } },
    { severity: 'WARNING', message: 'POST /api/tasks 503' },
  ]);
  expect(severe()[0]).not.toHaveProperty('stack_trace');

  await postgresql.open();
  await asSuperuser(database.url, 'alter table tasks rename to elsewhere');
  expect((await post()).status).toBe(500);
  await asSuperuser(database.url, 'alter table elsewhere rename to tasks');
  await expect
    .poll(() => severe().slice(2))
    .toMatchObject([
      {
        severity: 'ERROR',
        message: 'defect',
        request_id: traceId,
        'logging.googleapis.com/trace': `projects/a-project/traces/${traceId}`,
        error: { message: 'relation "tasks" does not exist', code: '42P01' },
        stack_trace: expect.stringMatching(/^error: relation "tasks" does not exist\n +at /),
        serviceContext: { service: 'create-task', version: 'create-task-00007' },
      },
      { severity: 'ERROR', message: 'POST /api/tasks 500' },
    ]);
});

describe.concurrent('nothing that was logged is lost', () => {
  test('when a function drains', async ({ expect }) => {
    await using create = await startFunction('create-task', environment);
    create.kill('SIGTERM');
    expect(await create.ended).toMatchObject({ code: 0, stderr: '' });
    const messages = logLines(create).map(({ message }) => message);
    expect([messages.includes('draining'), messages.at(-1)]).toEqual([true, 'ended']);
  });

  /** More than a pipe holds, by a process that ends at once. */
  const program = (end: string) => `
    import { exitOnUncaught } from './lib/exit.ts';
    import { openLog } from './lib/observability/log.ts';
    const log = openLog('test', 'info');
    exitOnUncaught(log);
    for (let line = 0; line < 2_000; line++) log.info('x'.repeat(100));
    ${end}`;

  /** @returns how it ended, with what it wrote to stderr */
  async function ended(script: string, out: 'ignore' | number): Promise<[number, string]> {
    const options = { cwd: checkout, stdio: ['ignore', out, 'pipe'] } satisfies SpawnOptions;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], options);
    const [[code], stderr] = await Promise.all([once(child, 'exit'), child.stderr ? text(child.stderr) : '']);
    return [code, stderr];
  }

  test('except where it cannot be written: then the process goes on', async ({ expect }) => {
    const full = openSync('/dev/full', 'w');
    expect(await ended(program("process.stderr.write('went on')"), full)).toEqual([0, 'went on']);
    closeSync(full);
  });

  test('and without a log, what was not caught is told on stderr', async ({ expect }) => {
    const silent = program("throw new Error('nobody caught it');").replace("'info'", "'silent'");
    expect(await ended(silent, 'ignore')).toEqual([1, 'not caught: nobody caught it\n']);
  });

  test.for<[string, string, string, number]>([
    ['the process ends', 'process.exit(78);', 'INFO', 2_000],
    ['it is killed', "process.kill(process.pid, 'SIGKILL');", 'INFO', 2_000],
    ['an error is not caught', "throw new Error('nobody caught it');", 'CRITICAL', 2_001],
    ['a promise is not', "Promise.reject(new Error('nobody caught it'));", 'CRITICAL', 2_001],
  ])('when %s', async ([_name, end, severity, count], { expect }) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(end)], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const lines = stdout.split('\n').slice(0, -1);
    expect([lines.length, JSON.parse(lines.at(-1) ?? '{}').severity, stderr]).toEqual([count, severity, '']);
  });
});
