/** What each role must not do. What it must, every other test shows: functions and jobs run as their roles in all of them. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databasesAt } from '../../local/stores/databases.ts';
import { asSuperuser } from '../../local/testing/as-superuser.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { migrate } from './migrate.ts';
import { type GrantedRole, grantedRoles, groupOf } from './roles.ts';

const database = await freshDatabase();
const databases = databasesAt(database.url);
const clients = new Map<GrantedRole, pg.Client>();
beforeAll(async () => {
  await migrate(database.url); // what is granted on a database as such, its copy does not have
  for (const role of grantedRoles) {
    const client = new pg.Client({ connectionString: databases[role] });
    await client.connect();
    clients.set(role, client);
  }
});
afterAll(async () => {
  await Promise.all([...clients.values()].map(client => client.end()));
  await database.drop();
});

/** The code with which PostgreSQL refuses a statement; what it would have done is undone. */
async function refusal(role: GrantedRole, statement: string): Promise<string | undefined> {
  const client = clients.get(role);
  await client?.query('begin');
  try {
    await client?.query(statement);
    return undefined;
  } catch (error) {
    return error instanceof pg.DatabaseError ? error.code : String(error);
  } finally {
    await client?.query('rollback');
  }
}

const insufficientPrivilege = '42501';

const data = ['tasks', 'outbox', 'tombstones', 'idempotency_keys', 'erased_tenants', 'change_feed', 'heartbeats'];
const tables = [...data, 'migrations'];

describe.for(grantedRoles)('%s', role => {
  const others = [
    ...grantedRoles.filter(other => other !== role).map(groupOf),
    'owner',
    'postgres',
    'pg_read_all_data',
  ];

  test.for([
    'create table extra ()',
    'create temporary table extra ()',
    'create schema extra',
    'create function extra() returns integer language sql return 1',
    "create type extra as enum ('one')",
    'create role extra',
    'create database extra',
    ...tables.flatMap(table => [
      `drop table ${table} cascade`,
      `truncate ${table} cascade`,
      `alter table ${table} add column extra text`,
      `create trigger extra before update on ${table} for each row execute function refuse_erased_tenant()`,
      `create index on ${table} ((true))`,
    ]),
    'delete from migrations',
    'drop function open_transactions',
    'alter table tasks disable trigger refuse_erased_tenant',
    'alter database postgres set transaction_timeout = 0',
    'alter system set fsync = off',
    'select from pg_authid',
    "copy tasks to program 'true'",
    "copy tasks to '/tmp/tasks'",
    'set session authorization postgres',
    ...others.map(other => `set role ${other}`),
  ])('may not: %s', async statement => {
    if (/^create database|^alter system/.test(statement)) {
      await expect(clients.get(role)?.query(statement)).rejects.toMatchObject({ code: insufficientPrivilege });
      return;
    }
    expect(await refusal(role, statement)).toBe(insufficientPrivilege);
  });

  test('may not end the sessions of others', async () => {
    const other = clients.get(role === 'reader' ? 'writer' : 'reader');
    const answer = await other?.query<{ pid: number }>('select pg_backend_pid() as pid');
    expect(await refusal(role, `select pg_terminate_backend(${answer?.rows[0]?.pid})`)).toBe(insufficientPrivilege);
  });
});

/** Beside what no role may. */
const notTheirs: Readonly<Record<GrantedRole, readonly string[]>> = {
  reader: [
    ...data.flatMap(writesTo),
    ...['idempotency_keys', 'erased_tenants', 'migrations'].map(read),
    'select open_transactions()',
  ],
  writer: [
    ...['outbox', 'tombstones', 'change_feed', 'heartbeats', 'migrations'].map(read),
    ...['tombstones', 'erased_tenants', 'change_feed', 'heartbeats'].flatMap(writesTo),
    ...['tasks', 'outbox', 'idempotency_keys'].map(deletion),
    "update outbox set actor = 'mallory'",
    'select open_transactions()',
  ],
  keeper: [
    ...['change_feed', 'migrations'].map(read),
    ...writesTo('change_feed'),
    'insert into tasks default values',
    "update tasks set title = 'forged'",
    "update outbox set actor = 'mallory'",
    'update outbox set version = version + 1',
    "update idempotency_keys set answer = '{}'",
    "update erased_tenants set tenant = 'another'",
    'update tombstones set version = 1',
    ...['erased_tenants', 'heartbeats'].map(deletion),
  ],
  'back-up': [
    ...data.filter(table => table !== 'heartbeats').flatMap(writesTo),
    deletion('heartbeats'),
    'select open_transactions()',
  ],
};

function read(table: string): string {
  return `select from ${table}`;
}

function deletion(table: string): string {
  return `delete from ${table}`;
}

function writesTo(table: string): string[] {
  const column = { heartbeats: 'name', change_feed: 'epoch' }[table] ?? 'tenant';
  return [`insert into ${table} default values`, `update ${table} set ${column} = null`, deletion(table)];
}

describe.for(grantedRoles)('%s', role => {
  test.for(notTheirs[role])('has no business with: %s', async statement => {
    expect(await refusal(role, statement)).toBe(insufficientPrivilege);
  });
});

test('nobody logs in as the role itself', async () => {
  const groups = grantedRoles.map(groupOf);
  const found = await asSuperuser(
    database.url,
    `select rolname as name, rolcanlogin as logs_in from pg_roles where rolname in ('${groups.join("', '")}')`,
  );
  expect(found).toHaveLength(groups.length);
  for (const role of found) expect(role).toMatchObject({ logs_in: false });
});

test('no transaction of a function holds back the change feed for long, nor does another one with its login', async () => {
  const limits = grantedRoles.map(async role => {
    const answer = await clients
      .get(role)
      ?.query<{ limit: string }>("select current_setting('transaction_timeout') as limit");
    return [role, answer?.rows[0]?.limit];
  });
  expect(await Promise.all(limits)).toEqual([
    ['reader', '15s'],
    ['writer', '15s'],
    ['keeper', '15s'],
    ['back-up', '0'],
  ]);
});
