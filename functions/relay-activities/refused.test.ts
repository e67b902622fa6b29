/** What MongoDB refuses for what it is is parked; what it refuses for any other reason waits. */
import { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { nudge } from '../../local/testing/events.ts';
import { startFunction } from '../../local/testing/function-process.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { loggedVersions } from '../../local/testing/logged.ts';
import { answersInstead, type MongodbAnswer } from '../../local/testing/mongodb-answers.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { relayOnce } from '../../local/testing/relay-pass.ts';
import { sql } from '../../local/testing/sql.ts';

async function createMany(api: Api, titles: readonly string[]): Promise<string[]> {
  const ids = [];
  for (let from = 0; from < titles.length; from += 100) {
    const operations = titles.slice(from, from + 100).map(title => ({ op: 'create', task: { title } }));
    const { json } = await api.request('POST', '/api/tasks/batch', { body: { operations } });
    ids.push(...json.results.map(({ task }: { task: { id: string } }) => task.id));
  }
  return ids;
}

/** The server itself holds every document of the log against this. */
async function refuseTitle(api: Api, title: string): Promise<void> {
  const client = new MongoClient(api.environment.MONGODB_URL ?? '');
  await client.db().createCollection('activities', { validator: { 'changes.title.to': { $ne: title } } });
  await client.close();
}

test('what the server refuses is parked, counted and told by list-activities, and the rest flows on', {
  timeout: 60_000,
}, async () => {
  await using api = await openApi();
  await refuseTitle(api, 'poison');
  // Two batches of nothing else: the relay's first pass and the nudge's must both go on behind them.
  const poisoned = await createMany(api, Array(410).fill('poison'));
  const fine = await createMany(api, Array(20).fill('fine'));
  const { PORT: _port, METRICS_PORT: _metricsPort, LOG_LEVEL: _level, ...environment } = api.environment;
  await using relay = await startFunction('relay-activities', environment);
  await nudge(relay.url);

  expect(await loggedVersions(api)).toEqual(fine.map(id => `${id} 1`).sort());
  const left = await sql(api, 'select task_id, parked_because from outbox');
  expect(left.map(({ task_id }) => task_id).sort()).toEqual(poisoned.toSorted());
  expect(new Set(left.map(row => row.parked_because))).toEqual(new Set([expect.stringContaining('failed validation')]));
  const metrics = await (await fetch(relay.metricsUrl)).text();
  expect(metrics).toMatch(/^activities_parked_total\{.*\} 410$/m);
  expect(metrics).toMatch(/^outbox_parked_rows\{.*\} 410$/m);
  expect(metrics).toMatch(/^outbox_rows\{lane="logged",.*\} 0$/m);
  for (const id of [poisoned[0], poisoned.at(-1), fine[0]]) {
    const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
    expect(json.items).toHaveLength(1);
  }

  // A later change of a task is logged although an earlier one is parked.
  await api.patch(poisoned[0] ?? '', { title: 'cured' });
  await nudge(relay.url);
  expect(await loggedVersions(api)).toContain(`${poisoned[0]} 2`);
  const { json } = await api.request('GET', `/api/tasks/${poisoned[0]}/activities`);
  expect(json.items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
});

const failures = (...codes: readonly number[]): MongodbAnswer => ({
  ok: 1,
  n: 0,
  nModified: 0,
  writeErrors: codes.map((code, index) => ({ index, code, errmsg: `code ${code}` })),
});

const unconfirmed = (count: number): MongodbAnswer => ({
  ok: 1,
  n: count,
  nModified: 0,
  upserted: Array.from({ length: count }, (_, index) => ({ index, _id: String(index) })),
  writeConcernError: { code: 64, codeName: 'WriteConcernTimeout', errmsg: 'waiting for replication timed out' },
});

test.for<[string, MongodbAnswer | 'cut']>([
  ['the disk is full', failures(14031, 14031, 14031)],
  ['the disk becomes full after a document that is refused', failures(121, 14031, 14031)],
  ['the relay may not write', { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized' }],
  ['the server is the primary no more', { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' }],
  [
    'the server steps down under the write',
    { ok: 0, code: 189, codeName: 'PrimarySteppedDown', errmsg: 'stepped down' },
  ],
  [
    'the server does not know what it is told to wait for',
    { ok: 0, code: 2, codeName: 'BadValue', errmsg: 'no journal' },
  ],
  ['the server does not understand the command', { ok: 0, code: 9, codeName: 'FailedToParse', errmsg: 'what?' }],
  ['no majority has it', unconfirmed(3)],
  ['some writes are not told of', failures(121)],
  ['the connection breaks', 'cut'],
])('when %s, nothing is parked, and all arrives once later', async ([_name, answer]) => {
  await using api = await openApi();
  const ids = await createMany(api, ['one', 'two', 'three']);
  await using gate = await gateTo(api.environment.MONGODB_URL ?? '', answersInstead('update', answer));
  await gate.open();
  const afterPass = async (environment: Readonly<Record<string, string>>) => {
    await relayOnce(environment);
    return sql(api, 'select logged_at, parked_because, repaired_at is not null as repaired from outbox');
  };
  await expect
    .poll(() => afterPass({ ...api.environment, MONGODB_URL: direct(gate.url) }), { timeout: 15_000 })
    .toEqual(Array(3).fill({ logged_at: null, parked_because: null, repaired: true }));
  await expect.poll(() => afterPass(api.environment), { timeout: 15_000 }).toEqual([]);
  expect(await loggedVersions(api)).toEqual(ids.map(id => `${id} 1`).sort());
});

test('where the relay may not make indexes, others have: it says so, and activities arrive', async () => {
  await using api = await openApi();
  const ids = await createMany(api, ['one', 'two']);
  const answer = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized' };
  await using gate = await gateTo(api.environment.MONGODB_URL ?? '', answersInstead('createIndexes', answer));
  await gate.open();
  const afterPass = async () => {
    await relayOnce({ ...api.environment, MONGODB_URL: direct(gate.url) });
    return sql(api, 'select from outbox');
  };
  await expect.poll(afterPass, { timeout: 15_000 }).toEqual([]);
  expect(await loggedVersions(api)).toEqual(ids.map(id => `${id} 1`).sort());
});
