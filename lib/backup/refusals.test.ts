/** What a restore refuses, before it has written anything. */
import pg from 'pg';
import { expect, vi } from 'vitest';
import { databasesAt } from '../../local/stores/databases.ts';
import { test } from '../../local/testing/api.ts';
import { asSuperuser } from '../../local/testing/as-superuser.ts';
import { runJob } from '../../local/testing/job.ts';
import { sql } from '../../local/testing/sql.ts';
import { copyOf, flipped, folderPlace, type Place } from './testing/places.ts';
import { emptyStores, tablesIn } from './testing/stores.ts';
import { makeTasks, openUncached } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 60_000 });

const changed = (from: string | RegExp, to: string) => (content: Buffer) =>
  Buffer.from(content.toString().replace(from, to));

const objects = ['postgresql.dump', 'activities.ndjson.gz'];
const faults: readonly [string, string, (content: Buffer) => Buffer | undefined, RegExp][] = [
  ...objects.flatMap((object): (typeof faults)[number][] => [
    [`a wrong byte in ${object}`, object, flipped, /its SHA-256 differs/],
    [`${object} cut short`, object, content => content.subarray(0, -7), /bytes, its manifest says/],
    [`${object} missing`, object, () => undefined, /is missing/],
  ]),
  [
    'a newer schema',
    'manifest.json',
    changed('"0001_', '"9999_newer", "0001_'),
    /a schema that this revision does not know \(9999_newer\)/,
  ],
  ['another format', 'manifest.json', changed('"format": 1', '"format": 2'), /not one that this revision reads/],
  ['half a manifest', 'manifest.json', content => content.subarray(0, 100), /not one that this revision reads/],
  ['no manifest', 'manifest.json', () => undefined, /has no backup latest\n.*there is none/],
  [
    'a manifest of another backup',
    'manifest.json',
    changed(/"taken_at": "20/, '"taken_at": "19'),
    /not one that this revision reads/,
  ],
];

test('each clearly, with what to do, and nothing is written', async () => {
  await using api = await openUncached();
  await makeTasks(api);
  const whole = await backedUp(api.environment);
  const stores = await emptyStores();
  for (const [name, object, change, told] of faults) {
    const place = copyOf(whole);
    place.replace(place.names().find(each => each.endsWith(object)) ?? '', change);
    const { code, stderr } = await runJob('restore', { ...stores, ...place.environment }, 'latest');
    expect([code, stderr], name).toEqual([65, expect.stringMatching(told)]);
    expect(stderr, name).toMatch(/^restore: (Restore another backup|Restore it with the revision|Name one)/m);
    expect(await tablesIn(stores.DATABASE_URL), name).toBe(0);
  }
});

test('stores that are not empty', async () => {
  await using api = await openUncached();
  await makeTasks(api);
  const place = await backedUp(api.environment);
  const stores = await emptyStores();
  const full = [
    [{ DATABASE_URL: api.environment.DATABASE_URL ?? '' }, /the database is not empty/],
    [{ MONGODB_URL: api.environment.MONGODB_URL ?? '' }, /the activity log is not empty/],
    [{ MONGODB_URL: '' }, /the backup has an activity log/],
  ] as const;
  for (const [instead, told] of full) {
    const { code, stderr } = await runJob('restore', { ...stores, ...instead, ...place.environment }, 'latest');
    expect([code, stderr]).toEqual([65, expect.stringMatching(told)]);
  }
  expect(await tablesIn(stores.DATABASE_URL)).toBe(0);
});

test('rows that the restored database refuses: nothing is left of them, and nothing of them is told', async () => {
  await using api = await openUncached();
  const title = 'what nobody may see';
  await api.create({ title });
  // Restored, functions are looked up nowhere but where they are named: this one then finds no table.
  await sql(
    api,
    `create function holds(text) returns boolean language sql immutable as
      'select current_setting(''application_name'') not like ''%restore%''';
    alter table tasks add constraint held check (holds(title))`,
  );
  const place = await backedUp(api.environment);
  const stores = await emptyStores();
  const { code, stderr } = await runJob('restore', { ...stores, ...place.environment }, 'latest');
  expect(code).toBe(65);
  expect(stderr).toContain('violates check constraint "held"');
  expect(stderr).not.toContain(title);
  expect(await tablesIn(stores.DATABASE_URL)).toBe(0);
});

test('a database that somebody is connected to, whom no fence would hold', async () => {
  await using api = await openUncached();
  const place = await backedUp(api.environment);
  const stores = await emptyStores();
  const somebody = new pg.Client({ connectionString: stores.DATABASE_URL, application_name: 'a console' });
  await somebody.connect();
  const { code, stderr } = await runJob('restore', { ...stores, ...place.environment }, 'latest');
  expect([code, stderr]).toEqual([65, expect.stringContaining('others are connected to the database: a console')]);
  await somebody.end();
  expect((await runJob('restore', { ...stores, ...place.environment }, 'latest')).code).toBe(0);
});

test("a session of Cloud SQL's own, which nobody can end, keeps nobody from a restore", async () => {
  await using api = await openUncached();
  const place = await backedUp(api.environment);
  const stores = await emptyStores();
  const itself = new URL(stores.DATABASE_URL);
  itself.username = 'cloudsqladmin';
  await asSuperuser(stores.DATABASE_URL, `create role cloudsqladmin superuser login password '${itself.password}'`);
  const session = new pg.Client({ connectionString: itself.href, application_name: 'looks after it' });
  await session.connect();
  try {
    expect(await runJob('restore', { ...stores, ...place.environment }, 'latest')).toMatchObject({
      code: 0,
      stderr: '',
    });
  } finally {
    await session.end();
    await asSuperuser(stores.DATABASE_URL, 'drop role cloudsqladmin');
  }
});

test('somebody of another role, of whom PostgreSQL tells an owner little', async () => {
  await using api = await openUncached();
  const place = await backedUp(api.environment);
  const { DATABASE_URL, MONGODB_URL } = await emptyStores();
  const blind = new URL(DATABASE_URL);
  blind.username = `blind_${blind.pathname.slice(6)}`;
  await asSuperuser(DATABASE_URL, `create role ${blind.username} login password '${blind.password}'`);
  await asSuperuser(DATABASE_URL, `alter database ${blind.pathname.slice(1)} owner to ${blind.username}`);
  const somebody = new pg.Client({
    connectionString: databasesAt(DATABASE_URL).writer,
    application_name: 'a function',
  });
  await somebody.connect();
  const restore = () => runJob('restore', { DATABASE_URL: blind.href, MONGODB_URL, ...place.environment }, 'latest');
  expect(await restore()).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('are connected to the database: a function'),
  });
  await somebody.end();
  expect(await restore()).toMatchObject({ code: 0, stderr: '' });
  await asSuperuser(DATABASE_URL, `reassign owned by ${blind.username} to owner`);
  await asSuperuser(DATABASE_URL, `drop role ${blind.username}`);
});

test('without a name the backups are listed, and nothing else is needed for that', async () => {
  await using api = await openUncached();
  const place = await backedUp(api.environment);
  const { code, told } = await runJob('restore', place.environment);
  expect([code, told['the backups that there are']?.backups]).toEqual([0, [expect.stringMatching(/^monthly\//)]]);
});

test('a backup that is not there, a place that is none, and two of them', async () => {
  await using api = await openUncached();
  const place = await backedUp(api.environment);
  const stores = await emptyStores();
  const unknown = await runJob('restore', { ...stores, ...place.environment }, '2020-01-01');
  expect([unknown.code, unknown.stderr]).toEqual([
    65,
    expect.stringMatching(/has no backup 2020-01-01\n.*there are:\nmonthly\//s),
  ]);
  for (const environment of [{}, { BACKUP_DIR: '/nowhere', BACKUP_BUCKET: 'some' }]) {
    expect((await runJob('restore', { ...stores, ...environment }, 'latest')).code).toBe(78);
    expect((await runJob('back-up', { ...api.environment, ...environment })).code).toBe(78);
  }
});

test('the wrong moment: a store out of reach is told as such, and can be tried again', async () => {
  await using api = await openUncached();
  const place = await backedUp(api.environment);
  const stores = await emptyStores();
  for (const away of [
    { DATABASE_URL: 'postgresql://127.0.0.1:9/none' },
    { MONGODB_URL: 'mongodb://127.0.0.1:9/none' },
    { REDIS_URL: 'redis://127.0.0.1:9' },
  ]) {
    const { code, stderr } = await runJob('restore', { ...stores, ...away, ...place.environment }, 'latest');
    expect([code, stderr]).toEqual([75, expect.stringContaining('is out of reach')]);
    expect(await tablesIn(stores.DATABASE_URL)).toBe(0);
  }
});

async function backedUp(environment: Readonly<Record<string, string>>): Promise<Place> {
  const place = folderPlace();
  expect(await runJob('back-up', { ...environment, ...place.environment })).toMatchObject({ code: 0 });
  return place;
}
