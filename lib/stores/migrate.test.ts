import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { freshDatabase } from '../../local/testing/database.ts';
import { migrationsFolder } from '../../local/testing/migrations-folder.ts';
import { migrate } from './migrate.ts';

async function emptyDatabase(): Promise<string> {
  const { url, drop } = await freshDatabase('template0');
  onTestFinished(drop);
  return url;
}

async function connect(url: string, name = 'a test'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

test('run thrice at once, one does the work and the others wait and find nothing to do', async () => {
  const url = await emptyDatabase();
  const [one, other, third] = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const lengths = [one, other, third].map(({ run }) => run.length).toSorted();
  expect(lengths.slice(0, 2)).toEqual([0, 0]);
  expect(lengths[2]).toBeGreaterThan(0);
  expect(await migrate(url)).toMatchObject({ run: [], newer: [] });
});

test('an index that is built concurrently does not wait for the run that waits for it', async () => {
  const url = await emptyDatabase();
  using folder = migrationsFolder({
    '0001_rows': 'create table rows (id integer);',
    '0002_index': '-- Expand, outside a transaction\n\ncreate index concurrently rows_by_id on rows (id);',
  });
  const both = await Promise.all([migrate(url, { folder: folder.path }), migrate(url, { folder: folder.path })]);
  expect(both.map(({ run }) => run.length).toSorted()).toEqual([0, 2]);
});

test('a migration and the note that it was run are one transaction', async () => {
  const url = await emptyDatabase();
  using folder = migrationsFolder({ '0001_one': 'create table one ();' });
  await migrate(url, { folder: folder.path });
  const client = await connect(url);
  const made = "select xmin from pg_type where typname = 'one'";
  const noted = "select xmin from migrations where name = '0001_one'";
  expect((await client.query(`select (${made}) = (${noted}) as one`)).rows).toEqual([{ one: true }]);
});

test('a migration that fails is undone, those before it stay, and the error names it', async () => {
  const url = await emptyDatabase();
  using folder = migrationsFolder({
    '0001_one': 'create table one ();',
    '0002_two': 'create table two ();\nselect 1 / 0;',
  });
  await expect(migrate(url, { folder: folder.path })).rejects.toThrow('0002_two: division by zero');
  const client = await connect(url);
  const there = "select to_regclass('one')::text as one, to_regclass('two')::text as two";
  expect((await client.query(there)).rows).toEqual([{ one: 'one', two: null }]);
  folder.write('0002_two', 'create table two ();');
  expect((await migrate(url, { folder: folder.path })).run).toEqual(['0002_two']);
});

test('a revision that was rolled back to finds nothing to do on a newer schema, unless that lacks what it uses', async () => {
  const url = await emptyDatabase();
  using folder = migrationsFolder({ '0001_one': 'create table one (old text);' });
  using newer = migrationsFolder({
    '0001_one': 'create table one (old text);',
    '0002_new': 'alter table one add column new text;',
  });
  await migrate(url, { folder: newer.path });
  expect(await migrate(url, { folder: folder.path })).toEqual({ run: [], newer: ['0002_new'], roles: 'left' });
  newer.write('0003_old', '-- Contract, unused since 0002_new\n\nalter table one drop column old;');
  await migrate(url, { folder: newer.path });
  await expect(migrate(url, { folder: folder.path })).rejects.toThrow(
    '0003_old, which took away what revisions before',
  );
});

test('a migration that was edited after it was run is refused, and nothing is run', async () => {
  const url = await emptyDatabase();
  using folder = migrationsFolder({ '0001_one': 'create table one ();' });
  await migrate(url, { folder: folder.path });
  folder.write('0001_one', 'create table one (id integer);');
  folder.write('0002_two', 'create table two ();');
  await expect(migrate(url, { folder: folder.path })).rejects.toThrow('0001_one was edited');
  const client = await connect(url);
  expect((await client.query("select to_regclass('two') as two")).rows).toEqual([{ two: null }]);
});

test('a database from before checksums were kept gets them', async () => {
  const url = await emptyDatabase();
  const client = await connect(url);
  await client.query(`
    create table migrations (id serial primary key, name varchar(255) not null, run_on timestamp not null);
    insert into migrations (name, run_on) values ('0001_one', now())`);
  using folder = migrationsFolder({ '0001_one': 'create table one ();', '0002_two': 'create table two ();' });
  expect((await migrate(url, { folder: folder.path })).run).toEqual(['0002_two']);
  folder.write('0001_one', 'create table another ();');
  await expect(migrate(url, { folder: folder.path })).rejects.toThrow('0001_one was edited');
});

test('nobody queues behind a migration that waits for a long reader, and the error names who that is', async () => {
  const url = await emptyDatabase();
  using folder = migrationsFolder({ '0001_rows': 'create table rows (id integer);' });
  await migrate(url, { folder: folder.path });
  folder.write('0002_more', 'alter table rows add column more text;');
  const reader = await connect(url, 'a long report');
  await reader.query('begin; select from rows');
  const pid = (await reader.query('select pg_backend_pid() as pid')).rows[0]?.pid;
  const others = await connect(url);

  let slowest = 0;
  let given: unknown;
  const giveUp = migrate(url, { folder: folder.path, patience: 4_000 }).catch(error => {
    given = error;
  });
  for (const since = performance.now(); given === undefined; ) {
    const asked = performance.now();
    await others.query('select from rows');
    slowest = Math.max(slowest, performance.now() - asked);
    if (performance.now() - since > 30_000) expect.unreachable('it never gives up');
  }
  await giveUp;
  // It waits for 1 s, and what came meanwhile with it.
  expect(slowest).toBeGreaterThan(500);
  expect(slowest).toBeLessThan(3_000);
  expect(String(given)).toMatch(
    new RegExp(
      `0002_more: others are in the way: pid ${pid} \\(a long report, idle in transaction, its transaction \\d s old\\)`,
    ),
  );

  const patient = migrate(url, { folder: folder.path, patience: 30_000 });
  const waiting = `select from pg_stat_activity where datname = current_database() and pg_blocking_pids(pid) <> '{}'`;
  await expect.poll(async () => (await others.query(waiting)).rowCount).toBe(1);
  await reader.query('commit');
  expect((await patient).run).toEqual(['0002_more']);
});
