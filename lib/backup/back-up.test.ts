/** What comes between a backup and its end, and who has to wait for whom. */
import pg from 'pg';
import { expect, inject, vi } from 'vitest';
import { databasesAt } from '../../local/stores/databases.ts';
import { type Api, test } from '../../local/testing/api.ts';
import { sendCleanUp, sendNudge } from '../../local/testing/events.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { runJob, startJob } from '../../local/testing/job.ts';
import { metric } from '../../local/testing/metric.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { sql } from '../../local/testing/sql.ts';
import { throwAwayPostgresql } from '../../local/testing/throw-away-postgresql.ts';
import { inTurn } from '../stores/exclusion.ts';
import type { Role } from '../stores/roles.ts';
import { folderPlace, type Place } from './testing/places.ts';
import { emptyStores } from './testing/stores.ts';
import { makeTasks, openUncached } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 90_000 });

const manifests = (place: Place) => place.names().filter(name => name.endsWith('manifest.json'));
const lastBeat = async (api: Api) =>
  (await sql(api, "select detail from heartbeats where name = 'back-up'"))[0]?.detail;

/** A backup that waits for the log, which hangs: PostgreSQL is dumped by then. */
async function halfABackup(api: Api, place: Place) {
  const gate = await gateTo(api.environment.MONGODB_URL ?? '');
  await gate.open();
  await gate.hang();
  const job = startJob('back-up', { ...api.environment, ...place.environment, MONGODB_URL: direct(gate.url) });
  await expect.poll(() => place.names().some(name => name.endsWith('postgresql.dump')), { timeout: 20_000 }).toBe(true);
  return { job, gate };
}

test('its heartbeat says when the last good one was taken, and how large it is', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  await makeTasks(api);
  const { told } = await runJob('back-up', { ...api.environment, ...place.environment });
  const { manifest } = told['backed up'];
  expect(await lastBeat(api)).toEqual({
    backup: expect.stringMatching(/^monthly\/20/),
    taken_at: manifest.taken_at,
    bytes: manifest.postgresql.bytes + manifest.activities.bytes,
  });
  expect(await metric(api, 'relay-activities', 'backup_size_bytes')).toBe(
    manifest.postgresql.bytes + manifest.activities.bytes,
  );
  const seconds = Date.parse(manifest.taken_at) / 1_000;
  expect(await metric(api, 'relay-activities', 'backup_snapshot_timestamp_seconds')).toBeCloseTo(seconds, 3);
  const written = await metric(api, 'relay-activities', 'heartbeat_timestamp_seconds', 'name="back-up"');
  expect(written).toBeGreaterThanOrEqual(seconds);
});

test('one that fails leaves a sign with the kind of error and no more, which the next good one outdates', async () => {
  await using api = await openUncached();
  const environment = { ...api.environment, ...folderPlace().environment };
  await makeTasks(api);
  const at = (name: string) => metric(api, 'relay-activities', 'heartbeat_timestamp_seconds', `name="${name}"`);
  expect((await runJob('back-up', { ...environment, MONGODB_URL: '' })).code).toBe(65);
  const failed = await at('back-up-failed');
  expect([failed > 0, await at('back-up')]).toEqual([true, 0]);
  expect(await sql(api, "select detail from heartbeats where name = 'back-up-failed'")).toEqual([
    { detail: { reason: 'Unusable' } },
  ]);
  expect((await runJob('back-up', environment)).code).toBe(0);
  expect(await at('back-up')).toBeGreaterThan(failed);
  expect(await at('back-up-failed')).toBe(failed);
});

test.for(['SIGKILL', 'SIGTERM'] as const)(
  'ended by %s half-way, it is no backup; the one before stays, and the next is whole',
  async signal => {
    await using api = await openUncached();
    const place = folderPlace();
    await makeTasks(api);
    const environment = { ...api.environment, ...place.environment };
    await runJob('back-up', environment);
    const [before, beat] = [manifests(place), await lastBeat(api)];

    const { job, gate } = await halfABackup(api, place);
    job.kill(signal);
    expect((await job.ended).code).not.toBe(0);
    await gate.shut();
    expect([manifests(place), await lastBeat(api)]).toEqual([before, beat]);

    expect((await runJob('back-up', environment)).code).toBe(0);
    expect(manifests(place)).toHaveLength(2);
    const stores = await emptyStores();
    expect((await runJob('restore', { ...stores, ...place.environment }, 'latest')).code).toBe(0);
  },
);

test('a log that does not answer ends it: 75, and no manifest', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  const { job, gate } = await halfABackup(api, place);
  expect(await job.ended).toMatchObject({
    code: 75,
    stderr: expect.stringMatching(/^back-up: mongodb is out of reach: /),
  });
  await gate.shut();
  expect(manifests(place)).toEqual([]);
});

test('it ends without a manifest when its session was lost: somebody else may have had a turn', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  await makeTasks(api);
  await sendNudge(api);
  const { job, gate } = await halfABackup(api, place);
  await sql(
    api,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'task-manager back-up' and datname = current_database()`,
  );
  await gate.open(); // the log is read to its end
  expect((await job.ended).code).toBe(75);
  expect(manifests(place)).toEqual([]);
  await gate.shut();
});

test('a PostgreSQL that hangs half-way ends it, too, and pg_dump with it', async () => {
  await using own = await throwAwayPostgresql();
  await using api = await openUncached({ DATABASE_URL: own.url });
  const place = folderPlace();
  await makeTasks(api);
  const blocker = new pg.Client({ connectionString: own.url });
  blocker.on('error', () => {}); // the server is killed in the end
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table tasks in access exclusive mode');
  const job = startJob('back-up', { ...api.environment, ...place.environment });
  const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";
  await expect.poll(() => sql(api, waiting), { timeout: 20_000 }).not.toEqual([]);
  await own.hang();
  const { code, stderr } = await job.ended;
  expect([code, stderr]).toEqual([75, expect.stringMatching(/^back-up: postgresql is out of reach: /)]);
  expect(manifests(place)).toEqual([]);
});

test.for([
  ['forgotten', { MONGODB_URL: '' }],
  ['another one', { MONGODB_URL: `${inject('mongodbUrl')}/another` }],
] as const)('a log that was %s makes no backup', async ([, changes]) => {
  await using api = await openUncached();
  const place = folderPlace();
  await makeTasks(api);
  const { code, stderr } = await runJob('back-up', { ...api.environment, ...place.environment, ...changes });
  expect([code, stderr]).toEqual([
    65,
    expect.stringMatching(/versions, and of these only \d+ activities.*\nback-up: Name/),
  ]);
  expect(manifests(place)).toEqual([]);
});

test('PostgreSQL programs that are too old are told', async () => {
  await using api = await openUncached();
  const { code, stderr } = await runJob('back-up', {
    ...api.environment,
    ...folderPlace().environment,
    PATH: '/nowhere',
  });
  expect([code, stderr]).toEqual([1, 'back-up: pg_dump of PostgreSQL 18 or newer is needed on PATH: there is none\n']);
});

test('while it is at work nothing is cleaned up, and the clean-up says so', async () => {
  await using api = await openUncached();
  const ids = await makeTasks(api);
  await sql(api, "update tombstones set purged_at = purged_at - interval '91 days'");
  const databaseUrl = api.environment.DATABASE_URL ?? '';
  await inTurn({ databaseUrl, name: 'task-manager back-up', patience: 0 }, async () => {
    await expect(sendCleanUp(api)).rejects.toThrow(/503.*Another job is at work/);
    expect(await sql(api, 'select count(*)::int as tombstones from tombstones')).toEqual([{ tombstones: 1 }]);
  });
  await sendCleanUp(api);
  expect(await sql(api, 'select count(*)::int as tombstones from tombstones')).toEqual([{ tombstones: 0 }]);
  expect(ids).toHaveLength(6);
});

test('whoever waits in vain is told who is at work, and, of its own role, since when', async () => {
  await using api = await openUncached();
  const databases = databasesAt(api.environment.DATABASE_URL ?? '');
  const turn = (role: Role, name: string, work: () => Promise<void>) =>
    inTurn({ databaseUrl: databases[role], name, patience: 0 }, work);
  await turn('keeper', 'task-manager erase-tenant', async () => {
    const holder = String.raw`^task-manager erase-tenant \(process \d+ of PostgreSQL\) has been at work`;
    const another = expect(turn('back-up', 'task-manager back-up', async () => {})).rejects;
    await another.toThrow(new RegExp(`${holder}: that has to end first`));
    const same = expect(turn('keeper', 'task-manager clean-up', async () => {})).rejects;
    await same.toThrow(new RegExp(`${holder} since 20.* UTC: that`));
  });
});

test('its snapshot takes no transaction id, which would hold back the change feed for as long as it takes', async () => {
  await using api = await openUncached();
  const blocker = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table heartbeats in access exclusive mode');
  const job = startJob('back-up', { ...api.environment, ...folderPlace().environment });
  const waiting = `select backend_xid from pg_stat_activity
    where application_name = 'task-manager back-up' and datname = current_database() and wait_event_type = 'Lock'`;
  try {
    await expect.poll(() => sql(api, waiting), { timeout: 20_000 }).toEqual([{ backend_xid: null }]);
  } finally {
    await blocker.query('rollback');
    await blocker.end();
  }
  expect((await job.ended).code).toBe(0);
});
