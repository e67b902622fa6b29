/**
 * A process is killed, or cut off, at any instant: what was acknowledged is there, with one activity for each version; what
 * was not is whole or absent, and can be sent again with its idempotency key.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HttpContract } from '../lib/http/contract.ts';
import { type Api, openApi } from '../local/testing/api.ts';
import { type ExampleRequest, exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import type { FunctionProcess } from '../local/testing/function-process.ts';
import { gateTo } from '../local/testing/gate.ts';
import { hold } from '../local/testing/hold.ts';
import { inTurns } from '../local/testing/in-turns.ts';
import { processOf } from '../local/testing/process-of.ts';
import { sql } from '../local/testing/sql.ts';
import { throwAwayPostgresql } from '../local/testing/throw-away-postgresql.ts';
import { unwholeIn } from '../local/testing/unwhole.ts';

const writes = httpContracts.filter(({ scope }) => scope === 'tasks:write');
const keyedCreates = writes.filter(({ idempotent, body }) => idempotent && body.types.length > 0);

interface Sent {
  readonly request: ExampleRequest;
  /** Its idempotency key, if it has one. */
  readonly key: string | undefined;
  /** Undefined when none came, or a 503: nothing was acknowledged. */
  readonly answer: Answer | undefined;
}

interface Answer {
  readonly text: string;
  readonly replayed: boolean;
}

const kills = {
  'is killed': async (running: FunctionProcess) => running.kill('SIGKILL'),
  'is stopped in the midst of its transactions, then killed': async (running: FunctionProcess, api: Api) => {
    running.kill('SIGSTOP');
    const busy = `select from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and datname = current_database()`;
    await expect.poll(async () => (await sql(api, busy)).length).toBe(0);
    running.kill('SIGKILL');
  },
} as const;

describe.for(writes)('$name', contract => {
  test.for(Object.entries(kills))('%s under a burst', { timeout: 60_000 }, async ([, kill]) => {
    await using api = await openApi();
    for (const enough of [1, 20]) {
      await using running = await processOf(api, contract.name);
      const sent = await burst(api, running.url, contract, enough, () => kill(running, api));
      await running.ended;
      await expectKept(api, sent);
      if (contract.idempotent) await expectOnce(api, sent);
    }
  });
});

test('PostgreSQL is killed under a burst', { timeout: 60_000 }, async () => {
  await using postgresql = await throwAwayPostgresql();
  await using api = await openApi({ DATABASE_URL: postgresql.url });
  for (const contract of keyedCreates) {
    const sent = await burst(api, await api.url(contract.name), contract, 25, postgresql.kill);
    await postgresql.startAgain();
    await expectKept(api, sent);
    await expectOnce(api, sent);
  }
});

test.for(keyedCreates)('a connection is reset under a $name: 503, and sent again it is made once', async contract => {
  await using api = await openApi();
  await using gate = await gateTo(api.environment.DATABASE_URL ?? '');
  await gate.open();
  await using running = await processOf(api, contract.name, { DATABASE_URL: gate.url });
  const request = await exampleRequest(contract, api);
  await using holder = await hold(api.environment.DATABASE_URL ?? '', 'lock table outbox in exclusive mode');
  const key = randomUUID();
  const sending = send(running.url, request, key);
  await expect.poll(holder.isWaitedFor, { timeout: 5_000 }).toBe(true);
  gate.cut();
  expect(await sending).toBeUndefined();
  await holder.release();
  await expectOnce(api, [{ request, key, answer: undefined }], running.url);
});

test('a process that stops in a transaction holds its key for seconds, not for good, and goes on when it wakes', async () => {
  await using api = await openApi();
  await using running = await processOf(api, 'create-task');
  await using holder = await hold(api.environment.DATABASE_URL ?? '', 'lock table outbox in exclusive mode');
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'held' };
  const create = (url: string) => fetch(`${url}/api/tasks`, { method: 'POST', headers, body: '{"title":"held"}' });
  const sending = create(running.url);
  await expect.poll(holder.isWaitedFor, { timeout: 5_000 }).toBe(true);
  running.kill('SIGSTOP');
  await holder.release();

  const other = await api.url('create-task');
  expect((await create(other)).status).toBe(409);
  await expect.poll(async () => (await create(other)).status, { timeout: 10_000 }).toBe(201);
  running.kill('SIGCONT');
  expect((await sending).status).toBe(503);
  const replay = await create(running.url);
  expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  expect(await sql(api, 'select count(*)::int as count from tasks')).toEqual([{ count: 1 }]);
});

/** Ten clients send requests, with a key and without; when enough are acknowledged, `kill` is called while they go on. */
async function burst(
  api: Api,
  url: string,
  contract: HttpContract,
  enough: number,
  kill: () => Promise<void>,
): Promise<Sent[]> {
  const requests = await inTurns(Array(enough + 15).fill(contract), each => exampleRequest(each, api));
  const sent: Sent[] = [];
  let acknowledged = 0;
  let killing: Promise<void> | undefined;
  const client = async () => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const key = contract.idempotent && requests.length % 2 === 0 ? randomUUID() : undefined;
      const answer = await send(url, request, key);
      sent.push({ request, key, answer });
      if (answer) acknowledged += 1;
      if (acknowledged >= enough) killing ??= kill();
    }
  };
  await Promise.all(Array.from({ length: 10 }, client));
  await killing;
  expect(sent.some(({ answer }) => answer === undefined)).toBe(true);
  return sent;
}

async function send(url: string, { method, path, options, status }: ExampleRequest, key: string | undefined) {
  const headers = {
    ...options.headers,
    ...(options.body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { 'idempotency-key': key, 'x-request-id': key }),
  };
  const body = options.body === undefined ? {} : { body: String(options.body) };
  try {
    const response = await fetch(url + path, { method, headers, ...body });
    const answer = { text: await response.text(), replayed: response.headers.has('idempotency-replayed') };
    if (response.status === 503) return undefined;
    expect([response.status, answer.text]).toEqual([status, answer.text]);
    return answer;
  } catch (error) {
    if (error instanceof TypeError) return undefined; // the connection ended before the answer did
    throw error;
  }
}

/** What was acknowledged is there, and nothing is only half there. */
async function expectKept(api: Api, sent: readonly Sent[]): Promise<void> {
  expect(await unwholeIn(api.environment.DATABASE_URL ?? '')).toEqual([]);
  const rows = await sql(api, 'select id, version from tasks');
  const versions = new Map(rows.map(({ id, version }) => [id, Number(version)]));
  for (const { request, answer } of sent) {
    for (const { id, version } of answer ? tasksIn(request, answer) : [])
      expect(versions.get(id)).toBeGreaterThanOrEqual(version);
  }
}

/** What had a key is acknowledged when it is sent again, with the same answer if there was one, and is made once. */
async function expectOnce(api: Api, sent: readonly Sent[], url?: string): Promise<void> {
  const to = url ?? (await api.url(sent[0]?.request.contract.name ?? ''));
  for (const { request, key, answer } of sent.filter(each => each.key !== undefined)) {
    const again = await send(to, request, key);
    const replay = await send(to, request, key);
    expect([again?.text, replay]).toEqual([answer?.text ?? again?.text, { text: again?.text, replayed: true }]);
  }
  const twice = 'select request_id, action from outbox group by request_id, action having count(*) > 1';
  expect(await sql(api, twice)).toEqual([]);
  expect(await unwholeIn(api.environment.DATABASE_URL ?? '')).toEqual([]);
}

interface TaskVersion {
  readonly id: string;
  readonly version: number;
}

/** The tasks that an answer shows; one without a body has made version 3 of what it was about. */
function tasksIn({ ids }: ExampleRequest, { text }: Answer): TaskVersion[] {
  if (text === '') return ids.map(id => ({ id, version: 3 }));
  const json = JSON.parse(text);
  const results: { task?: TaskVersion }[] = json.results ?? [{ task: json }];
  return results.flatMap(({ task }) => task ?? []);
}
