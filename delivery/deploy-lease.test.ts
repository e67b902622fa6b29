/** Of two deploys one goes on, and a dead one is in nobody's way. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Held, holdLease } from './deploy-lease.ts';

interface Stored {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec: { readonly holderIdentity: string; readonly renewTime: string };
}

/** The one Lease of an API server, which refuses what was made of an older version of it. */
function apiServer() {
  let lease: Stored | undefined;
  let version = 0;
  const store = (made: object) => {
    const sent: Stored = { ...lease, ...JSON.parse(JSON.stringify(made)) };
    const { resourceVersion = lease?.metadata.resourceVersion } = sent.metadata;
    if (resourceVersion !== lease?.metadata.resourceVersion) throw new Error('Conflict');
    version += 1;
    lease = { ...sent, metadata: { resourceVersion: String(version) } };
  };
  return {
    async read() {
      const read = lease ? JSON.stringify(lease) : '';
      await pause(5); // on its way: meanwhile others read the same
      return read;
    },
    change: async () => '',
    send: async (verb: 'create' | 'replace', object: object) => {
      if (verb === 'create' && lease) throw new Error('AlreadyExists');
      store(object);
      return '';
    },
    holder: () => lease?.spec.holderIdentity,
    steal() {
      store({ ...lease, spec: { ...lease?.spec, holderIdentity: 'another' } });
    },
  };
}

const said: string[] = [];
const hold = async (server: ReturnType<typeof apiServer>, timing = { patience: 100, renewal: 10 }): Promise<Held> => {
  const held = await holdLease(server, line => said.push(line), timing);
  onTestFinished(() => held.release());
  return held;
};

test('it is free again when it was given back', async () => {
  const server = apiServer();
  await (await hold(server)).release();
  expect(server.holder()).toBe('');
  (await hold(server, { patience: 60_000, renewal: 10 })).check();
  expect(server.holder()).not.toBe('');
});

test('a deploy that lives keeps others out', async () => {
  const server = apiServer();
  await hold(server);
  await expect(hold(server)).rejects.toThrow(/is at it/);
});

test('a deploy that died does not', async () => {
  const server = apiServer();
  await hold(server, { patience: 100, renewal: 60_000 });
  await hold(server, { patience: 10, renewal: 60_000 });
  expect(said.at(-1)).toContain('gives no sign of life');
});

test('of two that wait for a dead one, one has it', async () => {
  const server = apiServer();
  await hold(server, { patience: 10, renewal: 60_000 });
  const both = await Promise.allSettled([
    hold(server, { patience: 20, renewal: 60_000 }),
    hold(server, { patience: 20, renewal: 60_000 }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('whoever lost it notices, and does not give back what is another’s', async () => {
  const server = apiServer();
  const held = await hold(server);
  server.steal();
  await expect.poll(() => noticed(held)).toBe('another took this deploy’s place');
  await held.release();
  expect(server.holder()).toBe('another');
});

test('a deploy that the cluster does not hear of any more counts as dead before others take its place', async () => {
  const server = apiServer();
  const held = await hold(server, { patience: 90, renewal: 60_000 });
  held.check();
  await expect.poll(() => noticed(held)).toContain('has not heard of it');
});

function noticed(held: Held): string {
  try {
    held.check();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
