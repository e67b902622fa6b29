/** The drill, on a PostgreSQL server of its own beside the one that is backed up. */
import { MongoClient } from 'mongodb';
import { describe, expect, inject, vi } from 'vitest';
import { type Api, test } from '../../local/testing/api.ts';
import { asSuperuser } from '../../local/testing/as-superuser.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { runJob, startJob } from '../../local/testing/job.ts';
import { ownDatabase } from '../../local/testing/mongodb-url.ts';
import { sql } from '../../local/testing/sql.ts';
import { folderPlace } from './testing/places.ts';
import { scratchPostgresql } from './testing/scratch-postgresql.ts';
import { makeTasks, openUncached, writers } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 60_000 });

const scratch = await scratchPostgresql();

const scratchLog = ownDatabase(inject('mongodbUrl'));
const startDrill = (environment: Readonly<Record<string, string>>) =>
  startJob('drill', { SCRATCH_DATABASE_URL: scratch.url, SCRATCH_MONGODB_URL: scratchLog, ...environment });
const drillOf = (environment: Readonly<Record<string, string>>) => startDrill(environment).ended;
const detailOf = async (api: Api, name: string) =>
  (await sql(api, `select detail from heartbeats where name = '${name}'`))[0]?.detail;
const drilled = (api: Api) => detailOf(api, 'drill');
const failed = (api: Api) => detailOf(api, 'drill-failed');

test('under twelve writers every task and every activity of the snapshot is as it was, and that is reported', async () => {
  await using api = await openUncached();
  const environment = { ...api.environment, ...folderPlace().environment };
  await makeTasks(api);
  {
    await using _ = writers(api, 12);
    await expect
      .poll(async () => Number((await sql(api, 'select count(*) from tasks'))[0]?.count), { timeout: 20_000 })
      .toBeGreaterThan(60);
    expect((await runJob('back-up', environment)).code).toBe(0);
    const { code, stderr, told } = await drillOf(environment);
    expect([code, stderr]).toEqual([0, '']);
    expect(told.drilled).toMatchObject({ differences: 0, ended_since: 0 });
    expect(told.drilled.tasks).toBeGreaterThan(60);
  }
  expect(await drilled(api)).toMatchObject({ differences: 0, backup: expect.stringMatching(/^monthly\//) });
  expect(await failed(api)).toBe(undefined);
  expect(await leftOvers()).toEqual([]);
});

test.for([
  [
    'a task that changed without an activity',
    (api: Api) => sql(api, "update tasks set title = 'forged' where version = 1 and title = 'made'"),
  ],
  [
    'an activity that says something else',
    (api: Api) => forgeLog(api, { changes: { priority: { from: 'medium', to: 'low' } } }),
  ],
  ['an activity by somebody else', (api: Api) => forgeLog(api, { actor: 'mallory' })],
] as const)('%s is a difference: it ends with 1, and the report before it stays', async ([, forge]) => {
  await using api = await openUncached();
  await makeTasks(api);
  const environment = { ...api.environment, ...folderPlace().environment };
  await runJob('back-up', environment);
  await forge(api);
  const { code, stderr } = await drillOf(environment);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^drill: \d+ differences, such as task [-\da-f]{36} (has|is) /),
  ]); // and not whose
  expect([await drilled(api), await failed(api)]).toEqual([undefined, { reason: 'Differences' }]);
  expect(await leftOvers()).toEqual([]);
});

test('a live log that is forgotten is refused, and one that lacks activities is told', async () => {
  await using api = await openUncached();
  await makeTasks(api);
  const environment = { ...api.environment, ...folderPlace().environment };
  await runJob('back-up', environment);
  expect(await drillOf({ ...environment, MONGODB_URL: '' })).toMatchObject({ code: 65 });
  const another = { MONGODB_URL: `${inject('mongodbUrl')}/another` };
  expect(await drillOf({ ...environment, ...another })).toMatchObject({ code: 1 });
  expect(await drilled(api)).toBe(undefined);
});

test('on the live server it is refused', async () => {
  await using api = await openUncached();
  const environment = { ...api.environment, ...folderPlace().environment };
  await runJob('back-up', environment);
  const { code, stderr } = await drillOf({ ...environment, SCRATCH_DATABASE_URL: inject('postgresqlUrl') });
  expect([code, stderr]).toEqual([65, expect.stringContaining('the scratch database is on the live server')]);
  expect(await failed(api)).toEqual({ reason: 'Unusable' });
});

/** A system with a backup, of which some activities are in the log. */
async function backedUp() {
  const api = await openUncached();
  await makeTasks(api);
  await sendNudge(api);
  const environment = { ...api.environment, ...folderPlace().environment };
  expect((await runJob('back-up', environment)).code).toBe(0);
  return { api, environment, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

describe('the scratch log is refused, and stays as it is,', () => {
  test('when it is the live one, by another name, too', async () => {
    await using system = await backedUp();
    const live = system.environment.MONGODB_URL ?? '';
    const before = await contentOf(live);
    for (const url of [live, live.replace('127.0.0.1', 'localhost')]) {
      expect(await drillOf({ ...system.environment, SCRATCH_MONGODB_URL: url })).toMatchObject({ code: 65 });
      expect(await contentOf(live)).toEqual(before);
    }
  });

  test.for([
    ['is empty', () => ({})],
    [
      'has what a drill left',
      (epoch: string) => ({ drill: [{ _id: 'mark', drill: 'killed', epoch }], activities: [{ _id: 'x' }] }),
    ],
  ] as const)('when it is the live one, which %s', async ([, content]) => {
    await using system = await backedUp();
    const live = ownDatabase(inject('mongodbUrl'));
    await put(live, content(await epochOf(system.api)));
    const before = await contentOf(live);
    const { code, stderr } = await drillOf({ ...system.environment, MONGODB_URL: live, SCRATCH_MONGODB_URL: live });
    expect([code, stderr]).toEqual([65, expect.stringMatching(/the scratch log is the live one\ndrill: Name in/)]);
    expect(await contentOf(live)).toEqual(before);
  });

  test.for([
    ['activities that no drill has left there', { activities: [{ _id: 'x' }] }],
    ['other things: accounts', { accounts: [{ _id: 'x' }] }],
    ['the mark of a drill of another system', { drill: [{ _id: 'mark', drill: 'x', epoch: 'x' }] }],
  ] as const)('when it has %s', async ([fault, content]) => {
    await using system = await backedUp();
    const SCRATCH_MONGODB_URL = ownDatabase(inject('mongodbUrl'));
    await put(SCRATCH_MONGODB_URL, content);
    const before = await contentOf(SCRATCH_MONGODB_URL);
    const { code, stderr } = await drillOf({ ...system.environment, SCRATCH_MONGODB_URL });
    expect([code, stderr]).toEqual([65, expect.stringContaining(fault)]);
    expect(await contentOf(SCRATCH_MONGODB_URL)).toEqual(before);
  });
});

test('what a killed drill left is gone after the next one, and beside one that runs another has to wait', async () => {
  await using system = await backedUp();
  const running = startDrill(system.environment);
  await expect.poll(async () => (await leftOvers()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  running.kill('SIGSTOP');
  const { code, stderr } = await drillOf(system.environment);
  expect([code, stderr]).toEqual([75, expect.stringContaining('task-manager drill')]);
  expect(await failed(system.api)).toBe(undefined);

  running.kill('SIGKILL');
  await running.ended;
  await put(scratchLog, { activities: [{ _id: 'x' }] });
  expect(await leftOvers()).toEqual([expect.stringMatching(/^drill_/), 'activities', 'drill']);
  const sessions = "select from pg_stat_activity where application_name = 'task-manager drill'";
  await expect.poll(() => sql(system.api, sessions)).toEqual([]);
  expect(await drillOf(system.environment)).toMatchObject({ code: 0, stderr: '' });
  expect(await leftOvers()).toEqual([]);
});

/** What drills have made and not taken away: databases, and the collections of the scratch log that have documents. */
async function leftOvers(): Promise<string[]> {
  const databases = await asSuperuser(scratch.url, `select datname from pg_database where datname like 'drill%'`);
  return [...databases.map(({ datname }) => String(datname)), ...Object.keys(await contentOf(scratchLog)).toSorted()];
}

type Stored = Readonly<Record<string, string>> & { readonly _id: string };
type Content = Readonly<Record<string, readonly Stored[]>>;

/** The documents of each collection that has some. */
async function contentOf(url: string): Promise<Content> {
  await using mongo = await connected(url);
  const collections = await mongo.db.listCollections({}, { nameOnly: true }).toArray();
  const all = collections.map(
    async ({ name }) => [name, await mongo.db.collection<Stored>(name).find().toArray()] as const,
  );
  return Object.fromEntries((await Promise.all(all)).filter(([, documents]) => documents.length > 0));
}

async function put(url: string, content: Content): Promise<void> {
  await using mongo = await connected(url);
  for (const [name, documents] of Object.entries(content))
    await mongo.db.collection<Stored>(name).insertMany(documents.map(each => ({ ...each })));
}

/** In the activities that are in the log. */
async function forgeLog(api: Api, fields: Readonly<Record<string, unknown>>): Promise<void> {
  await using mongo = await connected(api.environment.MONGODB_URL ?? '');
  expect((await mongo.db.collection('activities').updateMany({}, { $set: fields })).modifiedCount).toBeGreaterThan(0);
}

async function connected(url: string) {
  const client = await new MongoClient(url).connect();
  return { db: client.db(), [Symbol.asyncDispose]: () => client.close() };
}

async function epochOf(api: Api): Promise<string> {
  return String((await sql(api, 'select epoch from change_feed'))[0]?.epoch);
}
