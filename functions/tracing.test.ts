/** A trace, from its caller by way of a function and its stores to the relay: in headers, log lines, activities and spans. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freshDatabase } from '../local/testing/database.ts';
import { type FunctionProcess, startFunction } from '../local/testing/function-process.ts';
import { gateTo } from '../local/testing/gate.ts';
import { linesOfTrace, logLines } from '../local/testing/log-lines.ts';
import { ownDatabase } from '../local/testing/mongodb-url.ts';
import { openRecorder, type RecordedSpan } from '../local/testing/recorded-spans.ts';

const database = await freshDatabase();
afterAll(() => database.drop());
const environment = {
  AUTH_MODE: 'disabled',
  RATE_LIMIT_PER_MINUTE: '0',
  DATABASE_URL: database.url,
  REDIS_URL: inject('redisUrl'),
  MONGODB_URL: ownDatabase(inject('mongodbUrl')),
};

interface Trace {
  readonly traceId: string;
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
}

function newTrace(): Trace {
  const [traceId, caller] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, caller, headers: { traceparent: `00-${traceId}-${caller}-01`, tracestate: 'vendor=1' } };
}

const post = ({ url }: FunctionProcess, headers: Readonly<Record<string, string>>, path = '/api/tasks') =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"title":"traced"}',
  });

/** A relay, and a function that nudges it. */
async function startPair(more: Readonly<Record<string, string>> = {}) {
  const relay = await startFunction('relay-activities', { ...environment, ...more });
  const create = await startFunction('create-task', { ...environment, ...more, RELAY_URL: `${relay.url}/` });
  return {
    relay,
    create,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([create, relay].map(each => each[Symbol.asyncDispose]()));
    },
  };
}
type Pair = Awaited<ReturnType<typeof startPair>>;

describe('without an SDK', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair();
  });
  afterAll(() => pair[Symbol.asyncDispose]());

  test('the log of the function and of the relay tell the trace, and the activity leads to it', async () => {
    const { traceId, caller, headers } = newTrace();
    const answer = await post(pair.create, headers);
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([201, traceId]);

    await expect.poll(() => linesOfTrace(pair.relay, traceId)).toHaveLength(1);
    const [line] = linesOfTrace(pair.create, traceId);
    const [relayed] = linesOfTrace(pair.relay, traceId);
    for (const told of [line, relayed]) {
      expect(told?.['logging.googleapis.com/spanId']).toMatch(/^[\da-f]{16}$/);
      expect(told?.['logging.googleapis.com/trace_sampled']).toBe(true);
      expect(told?.request_id).toBe(traceId);
    }
    const ids = [caller, line, relayed].map(told =>
      typeof told === 'string' ? told : told?.['logging.googleapis.com/spanId'],
    );
    expect(new Set(ids).size).toBe(3);

    const { id }: { id: string } = JSON.parse(await answer.text());
    await using list = await startFunction('list-activities', environment);
    const activities = await (await fetch(`${list.url}/api/tasks/${id}/activities`)).json();
    expect(activities).toMatchObject({ items: [{ version: 1, request_id: traceId }] });
  });

  test('a sane X-Request-Id goes before the trace', async () => {
    const { traceId, headers } = newTrace();
    const answer = await post(pair.create, { ...headers, 'x-request-id': 'mine' });
    expect(answer.headers.get('x-request-id')).toBe('mine');
    await expect.poll(() => linesOfTrace(pair.create, traceId)).toMatchObject([{ request_id: 'mine' }]);
  });

  test.for(['', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, '00-nonsense-01'])(
    'a new trace begins with traceparent: %s',
    async traceparent => {
      const answer = await post(pair.create, traceparent === '' ? {} : { traceparent });
      const id = answer.headers.get('x-request-id') ?? '';
      expect(id).toMatch(/^(?!0{32})[\da-f]{32}$/);
      await expect.poll(() => linesOfTrace(pair.create, id)).toMatchObject([{ request_id: id }]);
      expect(linesOfTrace(pair.create, id)[0]?.['logging.googleapis.com/trace_sampled']).toBe(false);
    },
  );

  test('an event that a broker brings may tell its trace itself', async () => {
    const { traceId, headers } = newTrace();
    const event = { 'ce-specversion': '1.0', 'ce-type': 'task-manager.outbox.written', 'ce-source': '/', 'ce-id': '1' };
    await post(pair.relay, { ...event, 'ce-traceparent': headers.traceparent ?? '' }, '/');
    await expect
      .poll(() => linesOfTrace(pair.relay, traceId))
      .toMatchObject([{ message: expect.stringContaining('POST / ') }]);
  });
});

test('a pass that fails is of the trace that asked for it, and the passes of the clock are of none', async () => {
  await using mongodb = await gateTo(environment.MONGODB_URL);
  await using pair = await startPair({ MONGODB_URL: mongodb.url, LOG_LEVEL: 'debug' });
  const { traceId, headers } = newTrace();
  await post(pair.create, headers);
  const failures = () => logLines(pair.relay).filter(({ message }) => message === 'relay pass failed');
  await expect.poll(() => failures().at(-1)?.['logging.googleapis.com/trace'], { timeout: 10_000 }).toBe(traceId);
  await expect.poll(() => 'logging.googleapis.com/trace' in (failures().at(-1) ?? {}), { timeout: 10_000 }).toBe(false);
  expect(failures().filter(line => line['logging.googleapis.com/trace'] === traceId)).toHaveLength(1);
  // Of passes that go on failing only the first is a warning.
  expect(failures().map(({ severity }) => severity)).toEqual([
    'WARNING',
    ...failures()
      .slice(1)
      .map(() => 'DEBUG'),
  ]);
});

describe('with an SDK', () => {
  const recorder = openRecorder();
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(recorder.environment);
  });
  afterAll(async () => {
    await pair[Symbol.asyncDispose]();
    recorder[Symbol.dispose]();
  });

  const allKinds = new Set(['SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']);
  const kindsOf = (traceId: string) => new Set(recorder.spans(traceId).map(({ kind }) => kind));

  test('a write is one tree: the caller, the function and its stores, the nudge, the relay and its stores', async () => {
    const { traceId, caller, headers } = newTrace();
    const answer = await post(pair.create, headers);
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([201, traceId]);
    await expect.poll(() => kindsOf(traceId)).toEqual(allKinds);
    const spans = recorder.spans(traceId);

    const [server] = spans.filter(({ kind }) => kind === 'SERVER');
    expect(server).toMatchObject({ name: 'POST /api/tasks', parent: caller, failed: false });
    expect(server?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/tasks',
      'http.response.status_code': 201,
      'url.path': '/api/tasks',
    });
    const below = (span: RecordedSpan | undefined) => spans.filter(({ parent }) => parent === span?.spanId);
    const stores = (span: RecordedSpan | undefined) =>
      new Set(below(span).map(({ kind, attributes }) => `${kind} ${attributes['db.system.name'] ?? ''}`));
    expect(stores(server)).toEqual(new Set(['CLIENT postgresql', 'CLIENT redis', 'PRODUCER ']));
    expect(below(server).map(({ name }) => name)).toContain('create-task');

    const [nudge] = spans.filter(({ kind }) => kind === 'PRODUCER');
    const [consumer] = below(nudge);
    expect(consumer).toMatchObject({ kind: 'CONSUMER', name: 'CloudEvents Process task-manager.outbox.written' });
    expect(stores(consumer)).toEqual(new Set(['CLIENT postgresql', 'CLIENT redis', 'CLIENT mongodb']));
    expect(linesOfTrace(pair.create, traceId)[0]?.['logging.googleapis.com/spanId']).toBe(server?.spanId);
  });

  test('a trace that nobody began has the id of the request', async () => {
    const answer = await post(pair.create, {});
    const traceId = answer.headers.get('x-request-id') ?? '';
    await expect.poll(() => kindsOf(traceId)).toEqual(allKinds);
    expect(recorder.spans(traceId).find(({ kind }) => kind === 'SERVER')).not.toHaveProperty('parent');
  });

  test('what is refused is the caller’s failure, and a store that is away is ours', async () => {
    const refused = newTrace();
    await post(pair.create, { ...refused.headers, 'content-type': 'text/plain' });
    await using postgresql = await gateTo(environment.DATABASE_URL);
    await using away = await startFunction('create-task', {
      ...environment,
      ...recorder.environment,
      DATABASE_URL: postgresql.url,
    });
    const failed = newTrace();
    await post(away, failed.headers);
    const endOf = ({ traceId }: Trace) => recorder.spans(traceId).find(({ kind }) => kind === 'SERVER');
    await expect
      .poll(() => endOf(refused))
      .toMatchObject({ failed: false, attributes: { 'http.response.status_code': 415 } });
    await expect
      .poll(() => endOf(failed))
      .toMatchObject({
        failed: true,
        attributes: { 'http.response.status_code': 503, 'error.type': '503' },
      });
    const [store] = recorder
      .spans(failed.traceId)
      .filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
    expect(store).toMatchObject({ failed: true, name: 'create-task' });
  });

  test('what nobody asked for, such as a pass of the clock, is not recorded', async () => {
    const answer = await post(pair.create, {});
    await expect.poll(() => kindsOf(answer.headers.get('x-request-id') ?? '')).toEqual(allKinds);
    expect(recorder.spans().filter(({ kind, parent }) => kind === 'CLIENT' && parent === undefined)).toEqual([]);
  });
});
