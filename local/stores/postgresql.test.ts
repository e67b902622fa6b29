import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { identify } from '../process-identity.mjs';
import { startPostgresql } from './postgresql.ts';
import type { RunningStore } from './running-store.ts';

let folder: string;
let store: RunningStore | undefined;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/postgresql-`);
});
afterEach(async () => {
  await store?.stop();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<RunningStore> {
  store = await startPostgresql({ folder, settings: { shared_buffers: '16MB' } });
  return store;
}

async function ask<T>(url: string, statement: string): Promise<T | undefined> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {}); // the server is killed under it
  await client.connect();
  const { rows } = await client.query<{ answer: T }>(statement);
  await client.end();
  return rows[0]?.answer;
}

test('what was committed is there after everything was killed', async () => {
  const first = await start();
  await ask(first.url, 'create table kept as select 1 as answer');
  process.kill(first.pid ?? 0, 'SIGKILL');
  const second = await start();
  expect(await ask(second.url, 'select answer from kept')).toBe(1);
  expect(await ask(second.url, `select current_setting('server_version_num')::integer >= 180000 as answer`)).toBe(true);
});

test('a server that outlived its start is stopped first', async () => {
  const first = await start();
  const second = await start();
  await first.exited;
  expect(identify(second.pid ?? 0)).toBeDefined();
});

test('so is one of which only its own pid file tells', async () => {
  const first = await start();
  rmSync(`${folder}/server.json`);
  await start();
  await first.exited;
});

test('a pid file whose pid is another process by now is no obstacle, and that process is left alone', async () => {
  await (await start()).stop();
  const pidFile = `${folder}/cluster/data/postmaster.pid`;
  writeFileSync(pidFile, `${process.ppid}\n${folder}/cluster/data\n`);
  await start();
  expect(identify(process.ppid)).toBeDefined();
});

test('a half-made data folder is made anew', async () => {
  await (await start()).stop();
  execFileSync('mv', [`${folder}/cluster/data`, `${folder}/cluster/partial`]);
  rmSync(`${folder}/cluster/partial/PG_VERSION`);
  await start();
  expect(existsSync(`${folder}/cluster/partial`)).toBe(false);
});

test('DATABASE_URL comes first, and is tried', async () => {
  const { url } = await start();
  vi.stubEnv('DATABASE_URL', url);
  expect(await startPostgresql({ folder: '/nowhere' })).toMatchObject({ program: 'DATABASE_URL', url, pid: undefined });
  vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1:1/none');
  await expect(startPostgresql({ folder: '/nowhere' })).rejects.toMatchObject({ step: 'using DATABASE_URL' });
});
