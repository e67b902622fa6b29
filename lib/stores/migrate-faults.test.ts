/** Migrations that are cut off: killed, or left alone by their server. The next run finds a schema that is whole, old or new. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { checkout } from '../../local/checkout.ts';
import { startPostgresql } from '../../local/stores/postgresql.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { type MigrationsFolder, migrationsFolder } from '../../local/testing/migrations-folder.ts';
import { throwAwayFolder } from '../../local/throw-away-folder.ts';
import { migrate } from './migrate.ts';

interface Cut {
  readonly url: string;
  readonly client: pg.Client;
  /** Until the migration stands still at the brake. */
  braking(): Promise<void>;
  /** So that migrations pass the brake from now on. */
  release(): Promise<void>;
  /** Until none of a run's connections is left. */
  gone(): Promise<void>;
}

/** Where a migration stands still for as long as there is a row in the table `brake`. */
const brake = `do $$ begin while exists (select from brake) loop perform pg_sleep(0.02); end loop; end $$;`;

async function brakingAt(url: string): Promise<Cut> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // a test stops the server
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('create table brake (); insert into brake default values; create table rows (id integer)');
  const run = `select from pg_stat_activity where datname = current_database() and application_name = 'task-manager migrate'`;
  const count = async (condition: string) => (await client.query(`${run} and ${condition}`)).rowCount;
  const options = { timeout: 10_000 };
  return {
    url,
    client,
    braking: () => expect.poll(() => count("query like '%from brake)%' and state = 'active'"), options).toBe(1),
    release: async () => void (await client.query('delete from brake')),
    gone: () => expect.poll(() => count('true'), options).toBe(0),
  };
}

async function cut(): Promise<Cut> {
  const { url, drop } = await freshDatabase('template0');
  onTestFinished(drop);
  return brakingAt(url);
}

/** A run as a process of its own. */
function spawnRun(url: string, folder: MigrationsFolder) {
  const program = `
    import { migrate } from ${JSON.stringify(`${checkout}/lib/stores/migrate.ts`)};
    await migrate('${url}', { folder: '${folder.path}' });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const tables = async (client: pg.Client) => {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relname in ('before', 'after') order by relname`,
  );
  return rows.map(({ name }) => name);
};

test('killed in a transaction: nothing of it is left, no lock either, and the next run does it all', async () => {
  const { url, client, braking, release, gone } = await cut();
  using folder = migrationsFolder({
    '0001_tables': `create table before ();\nalter table rows add column more text;\n${brake}\ncreate table after ();`,
  });
  const run = spawnRun(url, folder);
  await braking();
  await run.kill();
  // The brake is still on: the server finds by itself that the client has gone.
  await gone();
  expect(await tables(client)).toEqual([]);
  expect((await client.query('select * from rows')).fields.map(({ name }) => name)).toEqual(['id']);
  await release();
  expect(await migrate(url, { folder: folder.path })).toMatchObject({ run: ['0001_tables'] });
  expect(await tables(client)).toEqual(['after', 'before']);
});

test('killed outside a transaction: the next run begins with its first statement, and ends with its last', async () => {
  const { url, client, braking, release, gone } = await cut();
  using folder = migrationsFolder({
    '0001_index': `-- Expand, outside a transaction

drop index concurrently if exists rows_by_id;
create index concurrently rows_by_id on rows (id);
${brake}
create table if not exists after ();`,
  });
  const run = spawnRun(url, folder);
  await braking();
  await run.kill();
  await gone();
  expect(await tables(client)).toEqual([]);
  await release();
  expect(await migrate(url, { folder: folder.path })).toMatchObject({ run: ['0001_index'] });
  expect(await tables(client)).toEqual(['after']);
});

test('killed while an index is built concurrently: the next run has it whole', async () => {
  const { url, client, gone } = await cut();
  using folder = migrationsFolder({
    '0001_index': `-- Expand, outside a transaction

drop index concurrently if exists rows_by_id;
create index concurrently rows_by_id on rows (id);`,
  });
  await client.query('begin isolation level repeatable read; select from rows');
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  onTestFinished(() => other.end());
  const validity = async () =>
    (await other.query("select indisvalid as valid from pg_index where indexrelid = to_regclass('rows_by_id')")).rows;
  const run = spawnRun(url, folder);
  // It waits for the transaction that has seen the table before.
  await expect.poll(validity, { timeout: 10_000 }).toEqual([{ valid: false }]);
  await run.kill();
  await client.query('commit');
  await gone();
  expect(await migrate(url, { folder: folder.path })).toMatchObject({ run: ['0001_index'] });
  expect(await validity()).toEqual([{ valid: true }]);
});

test('PostgreSQL is stopped in the middle: an error at once, and the next run does it all', {
  timeout: 60_000,
}, async () => {
  const folder = throwAwayFolder();
  const start = () => startPostgresql({ folder, settings: { fsync: 'off' } });
  let store = await start();
  onTestFinished(() => store.stop());
  using migrations = migrationsFolder({ '0001_tables': `create table before ();\n${brake}\ncreate table after ();` });
  const { braking } = await brakingAt(store.url);
  const outcome = migrate(store.url, { folder: migrations.path }).catch(String);
  await braking();
  await store.stop();
  expect(await outcome).toMatch(/postgresql is out of reach/);

  store = await start();
  const client = new pg.Client({ connectionString: store.url });
  await client.connect();
  onTestFinished(() => client.end());
  expect(await tables(client)).toEqual([]);
  await client.query('delete from brake');
  expect(await migrate(store.url, { folder: migrations.path })).toMatchObject({ run: ['0001_tables'] });
  expect(await tables(client)).toEqual(['after', 'before']);
});

test('PostgreSQL hangs in the middle, or from the beginning: an error within 20 s', { timeout: 60_000 }, async () => {
  const { url, client, braking, release, gone } = await cut();
  using folder = migrationsFolder({ '0001_tables': `create table before ();\n${brake}\ncreate table after ();` });
  await using gate = await gateTo(url);
  await gate.open();
  const inTheMiddle = migrate(gate.url, { folder: folder.path }).catch(String);
  await braking();
  await gate.hang();
  const since = performance.now();
  const fromTheBeginning = migrate(gate.url, { folder: folder.path }).catch(String);
  expect(await fromTheBeginning).toMatch(/postgresql is out of reach/);
  expect(await inTheMiddle).toMatch(/postgresql is out of reach/);
  expect(performance.now() - since).toBeLessThan(30_000);
  await gate.shut();
  await gone();
  await release();
  expect(await tables(client)).toEqual([]);
  expect(await migrate(url, { folder: folder.path })).toMatchObject({ run: ['0001_tables'] });
});

test('the job ends with 1 and one line that says why', async () => {
  const { url } = await cut();
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("update migrations set checksum = 'another' where name like '0001%'");
  await client.end();
  const job = spawn(process.execPath, ['dist/migrate/server.js'], {
    cwd: checkout,
    env: { PATH: process.env.PATH, DATABASE_URL: url },
  });
  let said = '';
  job.stderr.on('data', data => {
    said += data;
  });
  const [code] = await once(job, 'close');
  expect([code, said]).toEqual([
    1,
    'migrate: 0001_tasks-and-outbox was edited after the database had had it: what follows is a new migration\n',
  ]);
});
