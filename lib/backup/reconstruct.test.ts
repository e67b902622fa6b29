/** The reconstruction of lost activities, as its job does it, beside the functions. */
import * as fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { expect, inject, vi } from 'vitest';
import { type Api, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { runJob } from '../../local/testing/job.ts';
import { ownDatabase } from '../../local/testing/mongodb-url.ts';
import { sql } from '../../local/testing/sql.ts';
import { folderPlace } from './testing/places.ts';
import { live, lives } from './testing/random-lives.ts';
import { scratchPostgresql } from './testing/scratch-postgresql.ts';
import { openUncached, seen, writers } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 120_000 });

const scratch = await scratchPostgresql();

const job = (api: Api, ...args: readonly string[]) => runJob('reconstruct-activities', api.environment, ...args);

const keep = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });

test('whatever is lost of whatever lives: afterwards pages are whole, a backup is taken, and a drill finds no difference', async () => {
  const plans = fc.array(fc.record({ life: lives, keep }), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(plans, async some => {
      await using api = await openUncached();
      const ids = await live(
        api,
        some.map(({ life }) => life),
      );
      const lost = await lose(api, (task, version) => some[ids.indexOf(task)]?.keep[version % 4] === false);
      await api.patch((await api.create({ title: 'waits' })).id, { title: 'in the outbox' });
      const before = await logged(api);

      const counted = await job(api);
      expect([counted.code, counted.stderr]).toEqual([65, expect.stringContaining(` --lost=${lost}\n`)]);
      expect(await logged(api)).toEqual(before);

      const { code, stderr, told } = await job(api, `--lost=${lost}`);
      expect([code, stderr, told.reconstructed]).toEqual([
        0,
        '',
        expect.objectContaining({ reconstructed: lost, left: 0 }),
      ]);
      const after = await logged(api);
      expect(after).toEqual(expect.objectContaining(before));
      expect(Object.keys(after).length).toBeGreaterThanOrEqual(Object.keys(before).length + lost);
      for (const { activities } of await pagesOf(api, ids)) expect(activities.items).toBeDefined();

      expect((await job(api, `--lost=${lost}`)).told.reconstructed).toMatchObject({ lost: 0, reconstructed: 0 });
      expect(await logged(api)).toEqual(expect.objectContaining(after));

      const environment = { ...api.environment, ...folderPlace().environment };
      expect(await runJob('back-up', environment)).toMatchObject({ code: 0, stderr: '' });
      const own = { SCRATCH_DATABASE_URL: scratch.url, SCRATCH_MONGODB_URL: ownDatabase(inject('mongodbUrl')) };
      expect(await runJob('drill', { ...environment, ...own })).toMatchObject({
        ...{ code: 0, stderr: '' },
        told: { drilled: { differences: 0 } },
      });
    }),
    { numRuns: 1 },
  );
});

test('beside eight writers it closes the holes, and takes nothing for one that is none', async () => {
  await using api = await openUncached();
  const ids = await live(api, fc.sample(lives, 20));
  const lost = await lose(api, (_, version) => version % 2 === 1);
  {
    await using _ = writers(api, 8);
    await expect
      .poll(async () => Number((await sql(api, 'select count(*) from tasks'))[0]?.count), { timeout: 20_000 })
      .toBeGreaterThan(60);
    const { code, told } = await job(api, `--lost=${lost}`);
    expect([code, told.reconstructed]).toEqual([0, expect.objectContaining({ lost, reconstructed: lost, left: 0 })]);
  }
  await sendNudge(api);
  const made = Object.values(await logged(api)).filter(({ request_id }) => request_id === '(reconstructed)');
  expect(made.length).toBe(lost);
  expect(new Set(made.map(({ task_id }) => task_id))).toEqual(new Set(ids));
});

test('a log that is mostly lost is taken for another one, unless the very count is named', async () => {
  await using api = await openUncached();
  await live(api, fc.sample(lives, 5));
  const lost = await lose(api, () => true);
  const environment = { MONGODB_URL: ownDatabase(inject('mongodbUrl')) };
  for (const args of [[], [`--lost=${lost + 1}`]]) {
    const { code, stderr } = await runJob('reconstruct-activities', { ...api.environment, ...environment }, ...args);
    expect([code, stderr]).toEqual([65, expect.stringMatching(/are lost, of 5 of 5 tasks\n.*Name in MONGODB_URL/)]);
  }
  expect(await job(api, `--lost=${lost}`)).toMatchObject({ code: 0, told: { reconstructed: { left: 0 } } });
});

test('a task whose activities contradict it is left as it is and named, and the others are whole', async () => {
  await using api = await openUncached();
  const [forged = '', other = ''] = await live(api, [
    { created: { title: 'a' }, changes: [{ title: 'b' }, { title: 'c' }], purged: false },
    { created: { title: 'a' }, changes: [{ title: 'b' }], purged: false },
  ]);
  await lose(api, (_, version) => version === 2);
  await sql(api, `update tasks set title = 'forged' where id = '${forged}'`);
  const before = Object.values(await logged(api)).filter(({ task_id }) => task_id === forged);
  const { code, stderr } = await job(api, '--lost=2');
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`1 differences, such as task ${forged} has not exactly one`),
  ]);
  const after = await logged(api);
  expect(Object.values(after).filter(({ task_id }) => task_id === forged)).toEqual(before);
  expect((await api.request('GET', `/api/tasks/${other}/activities`)).status).toBe(200);
});

interface Logged extends Readonly<Record<string, unknown>> {
  readonly _id: string;
}

/** All that is in the log, by its id. */
async function logged(api: Api): Promise<Record<string, Logged>> {
  await using log = await openLog(api);
  const all = await log.activities.find().toArray();
  return Object.fromEntries(all.map(activity => [activity._id, activity]));
}

/** Takes activities out of the log. @returns how many */
async function lose(api: Api, isLost: (task: string, version: number) => boolean): Promise<number> {
  const all = Object.values(await logged(api));
  const lost = all.filter(({ task_id, version }) => isLost(String(task_id), Number(version)));
  await using log = await openLog(api);
  return (await log.activities.deleteMany({ _id: { $in: lost.map(({ _id }) => _id) } })).deletedCount;
}

async function openLog({ environment }: Api) {
  const client = await new MongoClient(environment.MONGODB_URL ?? '').connect();
  const activities = client.db().collection<Logged>('activities');
  return { activities, [Symbol.asyncDispose]: () => client.close() };
}

function pagesOf(api: Api, ids: readonly string[]): Promise<{ activities: { items?: unknown } }[]> {
  return seen(api, ids) as Promise<{ activities: { items?: unknown } }[]>;
}
