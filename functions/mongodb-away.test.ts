/** While MongoDB is away, whatever the way, only what is read from it is 503; what was done meanwhile arrives once. */
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpContract } from '../lib/http/contract.ts';
import { type Api, openApi, type Reply } from '../local/testing/api.ts';
import { type ExampleRequest, exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import { expectAlive } from '../local/testing/expect-alive.ts';
import { expectUnavailable } from '../local/testing/expect-unavailable.ts';
import { type Gate, gateTo } from '../local/testing/gate.ts';
import { direct, ownDatabase } from '../local/testing/mongodb-url.ts';
import { sql } from '../local/testing/sql.ts';
import { throwAwayMongodb } from '../local/testing/throw-away-mongodb.ts';
import type { ThrowAwayServer } from '../local/testing/throw-away-server.ts';

let mongodb: ThrowAwayServer;
let network: Gate;

beforeAll(async () => {
  mongodb = await throwAwayMongodb();
  network = await gateTo(mongodb.url);
  await network.open();
});
afterAll(async () => {
  await network.shut();
  await mongodb[Symbol.asyncDispose]();
});

interface Fault {
  readonly name: string;
  begin(): unknown;
  end(): unknown;
}

const faults: readonly Fault[] = [
  { name: 'killed', begin: () => mongodb.kill(), end: () => mongodb.startAgain() },
  { name: 'hung', begin: () => mongodb.hang(), end: () => mongodb.resume() },
  { name: 'behind a network that drops everything', begin: () => network.hang(), end: () => network.open() },
];

const [readers = [], others = []] = [true, false].map(reads =>
  httpContracts.filter(({ stores }) => stores.includes('mongodb') === reads),
);

/** Milliseconds: for what does not ask MongoDB, and for what does, on a machine that may be busy. */
const limits = { others: 5_000, readers: 10_000 + 1_500 };

test.for(faults)(
  'MongoDB is $name: only what is read from it is 503, and what was done meanwhile arrives once',
  { timeout: 90_000 },
  async fault => {
    await using relay = await openApi({ MONGODB_URL: direct(ownDatabase(network.url)) });
    await using api = await openApi({ ...relay.environment, RELAY_URL: await relay.url('relay-activities') });
    const { id } = await api.create({ title: 'before' });
    await expect.poll(() => waiting(api), { timeout: 15_000 }).toBe(0);
    await expect.poll(() => health(api), { timeout: 15_000 }).toEqual(['ok', 'up']);

    await fault.begin();
    await Promise.all([
      askAll(api, others, asEver, limits.others),
      askAll(api, readers, asEverOrUnavailable, limits.readers),
      ...[`/api/tasks/${id}/activities`, '/api/activities/summary'].map(async path =>
        expectUnavailable(await api.request('GET', path)),
      ),
    ]);
    await expect.poll(() => health(api), { timeout: 20_000 }).toEqual(['degraded', 'down']);
    await askAll(api, others, asEver, limits.others);
    for (const { name } of httpContracts) await expectAlive(api, name);
    await expectAlive(relay, 'relay-activities');
    expect(await waiting(api)).toBeGreaterThan(0);

    await fault.end();
    await expect.poll(() => waiting(api), { timeout: 20_000 }).toBe(0);
    expect(await logged(api)).toEqual(await made(api));
    await expect.poll(() => health(api), { timeout: 15_000 }).toEqual(['ok', 'up']);
    await askAll(api, readers, asEver, limits.readers);
  },
);

type Check = (request: ExampleRequest, reply: Reply) => void;

const asEver: Check = ({ contract, status }, reply) =>
  expect([contract.name, reply.status]).toEqual([contract.name, status]);

/** What PostgreSQL still holds is told. */
const asEverOrUnavailable: Check = (request, reply) =>
  reply.status === 503 ? expectUnavailable(reply) : asEver(request, reply);

async function askAll(api: Api, contracts: readonly HttpContract[], check: Check, limit: number): Promise<void> {
  const requests = await Promise.all(contracts.map(contract => exampleRequest(contract, api)));
  const begun = performance.now();
  const ask = async (request: ExampleRequest) => {
    check(request, await api.request(request.method, request.path, request.options));
    expect(performance.now() - begun).toBeLessThan(limit);
  };
  await Promise.all(requests.map(ask));
}

async function waiting(api: Api): Promise<unknown> {
  const [row] = await sql(api, 'select count(*)::int as count from outbox');
  return row?.count;
}

async function health(api: Api): Promise<unknown[]> {
  const { json } = await api.request('GET', '/health');
  return [json.status, json.stores.mongodb];
}

/** Each version of each task. */
async function made(api: Api): Promise<string[]> {
  const versions = 'select id, generate_series(1, version) as version from tasks';
  return (await sql(api, versions)).map(({ id, version }) => `${id} ${version}`).toSorted();
}

/** The same, as MongoDB has it. */
async function logged({ environment: { MONGODB_URL = '' } }: Api): Promise<string[]> {
  await using client = new MongoClient(MONGODB_URL);
  const activities = await client.db().collection('activities').find().toArray();
  return activities.map(({ task_id, version }) => `${task_id} ${version}`).toSorted();
}
