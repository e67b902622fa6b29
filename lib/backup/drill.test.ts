/** The drill, on a PostgreSQL server of its own beside the one that is backed up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import { startPostgresql } from '../../local/stores/postgresql.ts';
import type { RunningStore } from '../../local/stores/running-store.ts';
import { type Api, test } from '../../local/testing/api.ts';
import { runJob } from '../../local/testing/job.ts';
import { sql } from '../../local/testing/sql.ts';
import { folderPlace } from './testing/places.ts';
import { makeTasks, openUncached, writers } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 60_000 });

let scratch: RunningStore;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/scratch-`);
  scratch = await startPostgresql({ folder, settings: { fsync: 'off' } });
});
afterAll(async () => {
  await scratch.stop();
  rmSync(folder, { recursive: true, force: true });
});

const drillOf = (environment: Readonly<Record<string, string>>) =>
  runJob('drill', { SCRATCH_DATABASE_URL: scratch.url, SCRATCH_MONGODB_URL: inject('mongodbUrl'), ...environment });
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
  ['a task that changed without an activity', "update tasks set title = 'forged' where version = 1 and title = 'made'"],
  ['an activity that says something else', `update outbox set changes = '{"priority":{"from":"medium","to":"low"}}'`],
  ['an activity by somebody else', "update outbox set actor = 'mallory'"],
] as const)('%s is a difference: it ends with 1, and the report before it stays', async ([, forgery]) => {
  await using api = await openUncached();
  await makeTasks(api);
  const environment = { ...api.environment, ...folderPlace().environment };
  await runJob('back-up', environment);
  await sql(api, forgery);
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

/** The databases that drills have made and not dropped. */
async function leftOvers(): Promise<string[]> {
  const client = await new MongoClient(inject('mongodbUrl')).connect();
  const { databases } = await client.db().admin().listDatabases();
  await client.close();
  return databases.map(({ name }) => name).filter(name => name.startsWith('drill_'));
}
