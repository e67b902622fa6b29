/** Logins, on a server of this file's own, by owners as a managed PostgreSQL gives them: no superuser. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgresql } from '../../local/stores/postgresql.ts';
import type { RunningStore } from '../../local/stores/running-store.ts';
import { openApi } from '../../local/testing/api.ts';
import { asSuperuser } from '../../local/testing/as-superuser.ts';
import { type Login, loginsIn } from './logins.ts';
import { migrate } from './migrate.ts';

let server: RunningStore;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/logins-`);
  server = await startPostgresql({ folder, settings: { fsync: 'off', log_statement: 'all' } });
  await run('create role managed_superuser');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (statement: string) => asSuperuser(server.url, statement);

/** The server's, with another login and database. */
function urlOf(login: string, password: string, database: string): string {
  const url = new URL(server.url);
  [url.username, url.password, url.pathname] = [login, password, `/${database}`];
  return url.href;
}

/** A database, and the URL of its owner. */
async function ownedBy(owner: string, attributes: string): Promise<string> {
  await run(`create role ${owner} login ${attributes} password 'owned'`);
  await run(`create database ${owner} owner ${owner}`);
  return urlOf(owner, 'owned', owner);
}

/** `in`, or the code with which PostgreSQL refuses. */
async function entry(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return 'in';
  } catch (error) {
    return error instanceof pg.DatabaseError ? String(error.code) : String(error);
  } finally {
    await client.end().catch(() => {});
  }
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

const wrongPassword = '28P01';

// It comes first: what there is of roles on a server, a later test has made.
test('an owner who may make no roles is the only one to have the database, and all works by that one URL', async () => {
  const owner = await ownedBy('plain', '');
  expect(await migrate(owner)).toMatchObject({ roles: 'missing', newer: [] });
  const reader: Login = { role: 'reader', url: urlOf('reader', 'r', 'plain') };
  await expect(migrate(owner, { logins: [reader] })).rejects.toThrow('whoever migrates may make no roles');
  await using api = await openApi({ DATABASE_URL: owner });
  const { id } = await api.create({ title: 'one for all' });
  expect((await api.patch(id, { title: 'changed' })).status).toBe(200);
  expect((await api.request('GET', `/api/tasks/${id}/activities`)).json.items).toHaveLength(2);
});

test('an owner who may make roles makes them, and logins that have these and nothing else', async () => {
  const owner = await ownedBy('admin', 'createrole createdb in role pg_monitor');
  const [reader, writer, keeper] = ['reader', 'writer', 'keeper'].map(role =>
    urlOf(role, `${role}%20p%C3%A4ss'`, 'admin'),
  );
  const environment = { READER_DATABASE_URL: reader, WRITER_DATABASE_URL: writer, KEEPER_DATABASE_URL: keeper };
  const logins = loginsIn({ ...environment, BACK_UP_DATABASE_URL: undefined });
  expect(await migrate(owner, { logins })).toMatchObject({ roles: 'granted' });
  expect(await migrate(owner, { logins })).toMatchObject({ roles: 'granted', run: [] });

  await ask(writer ?? '', "insert into idempotency_keys (tenant, key, fingerprint) values ('a', 'b', 'c')");
  await expect(ask(reader ?? '', 'select from idempotency_keys')).rejects.toThrow('permission denied');
  const holder = new pg.Client({ connectionString: writer });
  await holder.connect();
  await holder.query('begin; select pg_current_xact_id()');
  const seen = await ask(keeper ?? '', 'select from open_transactions() where since is not null');
  expect(seen.length).toBeGreaterThan(0);
  await holder.end();
});

test('a password is turned by the URL, and never stands in the log of the server', async () => {
  const owner = await ownedBy('turning', 'createrole');
  await run('grant task_manager_reader to turning with admin option');
  const as = (login: string, password: string) => urlOf(login, password, 'turning');
  const migrated = (url: string) => migrate(owner, { logins: [{ role: 'reader', url }] });
  await migrated(as('reader_1', 'topsecret-one'));
  expect(await entry(as('reader_1', 'topsecret-one'))).toBe('in');
  await migrated(as('reader_1', 'topsecret-two'));
  expect(await entry(as('reader_1', 'topsecret-one'))).toBe(wrongPassword);
  expect(await entry(as('reader_1', 'topsecret-two'))).toBe('in');

  await migrated(as('reader_1', '')); // says nothing of it
  expect(await entry(as('reader_1', 'topsecret-two'))).toBe('in');
  await migrated(`${as('reader_1', '')}?password=topsecret-two%C2%A0b`); // as the driver reads it, spaces and all
  expect(await entry(as('reader_1', 'topsecret-two%C2%A0b'))).toBe('in');
  await migrated(as('reader_1', 'topsecret-two'));
  await expect(migrated(as('reader_1', '100%'))).rejects.toThrow('READER_DATABASE_URL');

  await migrated(as('reader_2', 'topsecret-three'));
  expect(await entry(as('reader_1', 'topsecret-two'))).toBe('in');
  expect(await ask(as('reader_2', 'topsecret-three'), 'select from tasks')).toEqual([]);
  await ask(owner, 'drop role reader_1');
  expect(await entry(as('reader_1', 'topsecret-two'))).toBe(wrongPassword);
  await using late = await openApi({ DATABASE_URL: as('reader_1', 'topsecret-two') });
  expect(await late.request('GET', '/api/tasks')).toMatchObject({
    status: 503,
    json: { type: '/problems/unavailable' },
  });

  const log = readFileSync(`${folder}/server.log`, 'utf8');
  expect(log).toContain('alter role "reader_1" login password');
  expect(log).not.toContain('topsecret');
});

test.for([
  ['is a member of more', 'login in role managed_superuser', 'it is a member of managed_superuser'],
  ['may make roles', 'login createrole', 'it may make roles, databases or copies'],
] as const)('a login that %s is refused, and stays as it was', async ([, attributes, why]) => {
  const name = `made_by_console_${attributes.length}`;
  await run(`create role ${name} password 'as it was' ${attributes}`);
  const database = new URL(server.url).pathname.slice(1);
  const login: Login = { role: 'writer', url: urlOf(name, 'another', database) };
  await expect(migrate(server.url, { logins: [login] })).rejects.toThrow(
    `the login ${name} may do more than a writer: ${why}. Name one that there is not yet`,
  );
  expect(await entry(urlOf(name, 'as it was', database))).toBe('in');
});

test('where all roles have the URL of who migrates, nothing is made; a URL without a login is refused', async () => {
  await migrate(server.url, { logins: [{ role: 'reader', url: server.url }] });
  expect(await entry(server.url)).toBe('in');
  expect(await run("select from pg_auth_members where member = 'postgres'::regrole")).toEqual([]);
  const nobody: Login = { role: 'reader', url: 'postgresql://127.0.0.1/task_manager' };
  await expect(migrate(server.url, { logins: [nobody] })).rejects.toThrow('the URL of the reader names no login');
});
