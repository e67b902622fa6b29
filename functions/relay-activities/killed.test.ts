/** The relay's process is killed at every step of a pass, and the next relay ends what it began. */
import { afterAll, beforeAll, expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import type { Exchange } from '../../local/testing/exchanges.ts';
import { loggedVersions } from '../../local/testing/logged.ts';
import { relayOnce } from '../../local/testing/relay-pass.ts';
import { sql } from '../../local/testing/sql.ts';
import { killedAt, watchedRelay } from '../../local/testing/watched-relay.ts';

/** The steps of a pass over 120 rows: the cache is told of 100 at a time. */
const steps = [
  ...['rows-to-log 1', 'createIndexes 1', 'createIndexes 2', 'update 1', 'pass-lane-logged 1'],
  ...['rows-to-repair 1', 'eval 1', 'eval 2', 'pass-lane-repaired 1'],
];

/** A question that never came whole is one that was not asked; of the bulk write it is tried all the same. */
const kills: readonly Exchange[] = [
  ...steps.flatMap((name): Exchange[] => [
    { name, moment: 'asked' },
    { name, moment: 'answered' },
  ]),
  { name: 'update 1', moment: 'half asked' },
];

/** Each starts a process: when many tests run at once, that takes its time. */
const patience = { timeout: 60_000 };

let api: Api & AsyncDisposable;
/** Its changes reach no cache. */
let deaf: Api & AsyncDisposable;

beforeAll(async () => {
  api = await openApi();
  deaf = await openApi({ ...api.environment, REDIS_URL: '' });
});
afterAll(async () => {
  await deaf[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

/** Makes 60 tasks with two changes each; the cache knows the first alone. */
async function seed(): Promise<readonly string[]> {
  const create = Array.from({ length: 60 }, () => ({ op: 'create', task: { title: 'old' } }));
  const created = await api.request('POST', '/api/tasks/batch', { body: { operations: create } });
  const ids: string[] = created.json.results.map(({ task }: { task: { id: string } }) => task.id);
  const update = ids.map(id => ({ op: 'update', id, task: { title: 'new' } }));
  const updated = await deaf.request('POST', '/api/tasks/batch', { body: { operations: update } });
  expect(updated.status).toBe(200);
  expect(await waiting()).toBe(120);
  return ids;
}

async function waiting(): Promise<unknown> {
  const [row] = await sql(api, 'select count(*)::int as count from outbox');
  return row?.count;
}

async function expectMoved(before: readonly string[], ids: readonly string[]): Promise<void> {
  const moved = ids.flatMap(id => [`${id} 1`, `${id} 2`]);
  expect(await loggedVersions(api)).toEqual([...before, ...moved].sort());
  const titles = await Promise.all(ids.map(async id => (await api.get(id)).title));
  expect(new Set(titles)).toEqual(new Set(['new']));
}

test('these are the steps of a pass', patience, async () => {
  const before = await loggedVersions(api);
  const ids = await seed();
  const taken: string[] = [];
  const remember = ({ name, moment }: Exchange) => {
    if (moment === 'answered') taken.push(name);
    return 'pass' as const;
  };
  await using _relay = await watchedRelay(api, () => remember);
  await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
  // More of them when Redis was too slow once, and had to be told again.
  expect(taken).toEqual(expect.arrayContaining([...steps]));
  await expectMoved(before, ids);
});

test.for(kills)('killed when $name is $moment', patience, async kill => {
  const before = await loggedVersions(api);
  const ids = await seed();
  await using relay = await watchedRelay(api, killedAt(kill));
  expect(await relay.ended).toMatchObject({ signal: 'SIGKILL' });
  const next = async () => {
    await relayOnce(api.environment);
    return waiting();
  };
  await expect.poll(next, { timeout: 30_000 }).toBe(0);
  await expectMoved(before, ids);
});
