/** While PostgreSQL is away, whatever the way, each function says so in time, and comes back by itself. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HttpContract } from '../lib/http/contract.ts';
import { type Api, openApi, type Reply, type RequestOptions } from '../local/testing/api.ts';
import { type ExampleRequest, exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import { expectAlive } from '../local/testing/expect-alive.ts';
import { expectUnavailable } from '../local/testing/expect-unavailable.ts';
import { type Gate, gateTo } from '../local/testing/gate.ts';
import { takeAllConnections } from '../local/testing/take-all-connections.ts';
import { type ThrowAwayPostgresql, throwAwayPostgresql } from '../local/testing/throw-away-postgresql.ts';
import { catalogue } from './catalogue.ts';

let postgresql: ThrowAwayPostgresql;
let network: Gate;

beforeAll(async () => {
  postgresql = await throwAwayPostgresql();
  network = await gateTo(postgresql.url);
  await network.open();
});
afterAll(async () => {
  await network.shut();
  await postgresql[Symbol.asyncDispose]();
});

interface Fault {
  readonly name: string;
  /** @returns ends it */
  begin(): Promise<() => Promise<void>>;
}

const faults: readonly Fault[] = [
  {
    name: 'killed',
    async begin() {
      await postgresql.kill();
      return () => postgresql.startAgain();
    },
  },
  {
    name: 'hung',
    async begin() {
      await postgresql.hang();
      return postgresql.resume;
    },
  },
  {
    name: 'behind a network that drops everything',
    async begin() {
      await network.hang();
      return network.open;
    },
  },
  {
    name: 'out of connections',
    async begin() {
      const taken = await takeAllConnections(postgresql.url);
      return async () => taken[Symbol.asyncDispose]();
    },
  },
  {
    name: 'recovering, and takes no connection',
    async begin() {
      await postgresql.kill();
      await postgresql.startAgain('recovering');
      return postgresql.promote;
    },
  },
  {
    name: 'a standby that is not promoted yet',
    async begin() {
      await postgresql.kill();
      await postgresql.startAgain('standby');
      return postgresql.promote;
    },
  },
];

const isWrite = ({ scope }: HttpContract) => scope === 'tasks:write';
const isCached = ({ answers }: HttpContract) => answers.some(({ headers }) => headers?.includes('X-Cache'));

/** Milliseconds that the contract gives a request, and some for a machine that is busy. */
const limit = 10_000 + 1_500;

test.for(faults)(
  'PostgreSQL is $name: cached reads answer, all else is 503 in time, and recovers with it, what starts meanwhile too',
  { timeout: 90_000 },
  async fault => {
    await using api = await openApi({ DATABASE_URL: network.url });
    const servers = catalogue.filter(({ kind }) => kind !== 'job').map(({ name }) => name);
    await Promise.all(servers.map(api.url));
    const requests = await examples(api);
    for (const request of requests.filter(({ contract }) => isCached(contract))) await expectHit(api, request);

    const end = await fault.begin();
    await using late = await openApi(api.environment);
    try {
      await Promise.all([
        ...requests.map(request => expectPromise(api, request)),
        expectDown(api),
        ...[api, late].flatMap(each => servers.map(name => expectAlive(each, name))),
      ]);
    } finally {
      await end();
    }

    const deadline = { timeout: 15_000, interval: 100 };
    for (const each of [api, late])
      for (const contract of httpContracts) await vi.waitFor(() => expectGood(each, contract), deadline);
    await expect.poll(async () => (await api.request('GET', '/health')).json.stores.postgresql, deadline).toBe('up');
  },
);

async function expectGood(api: Api, contract: HttpContract): Promise<void> {
  const { method, path, options, status } = await exampleRequest(contract, api);
  expect([contract.name, (await api.request(method, path, options)).status]).toEqual([contract.name, status]);
}

/** Those that take an idempotency key with one, too: that is a transaction. */
async function examples(api: Api): Promise<ExampleRequest[]> {
  const plain = httpContracts.map(contract => exampleRequest(contract, api));
  const keyed = httpContracts
    .filter(({ idempotent }) => idempotent)
    .map(async contract => {
      const { options, ...request } = await exampleRequest(contract, api);
      return { ...request, options: { ...options, headers: { ...options.headers, 'idempotency-key': contract.name } } };
    });
  return Promise.all([...plain, ...keyed]);
}

/** A read that is not cached is 503, unless a standby or another store answers it. */
async function expectPromise(api: Api, request: ExampleRequest): Promise<void> {
  const { contract, method, path, options, status } = request;
  if (isCached(contract)) return expectHit(api, request);
  const reply = await inTime(api, method, path, options);
  if (isWrite(contract) || reply.status === 503) expectUnavailable(reply);
  else expect([contract.name, reply.status]).toEqual([contract.name, status]);
}

async function inTime(api: Api, method: string, path: string, options?: RequestOptions): Promise<Reply> {
  const begun = performance.now();
  const reply = await api.request(method, path, options);
  expect(performance.now() - begun).toBeLessThan(limit);
  return reply;
}

/** At last: on a busy machine Redis can seem to hang for a moment, and is then gone around. */
async function expectHit(api: Api, { method, path }: ExampleRequest): Promise<void> {
  await vi.waitFor(
    async () => {
      const { status, headers } = await api.request(method, path);
      expect([status, headers.get('x-cache')]).toEqual([200, 'hit']);
    },
    { timeout: 20_000, interval: 20 },
  );
}

async function expectDown(api: Api): Promise<void> {
  const { status, headers, json } = await inTime(api, 'GET', '/health');
  expect([status, headers.get('retry-after'), json.status, json.stores.postgresql]).toEqual([503, '1', 'down', 'down']);
}
