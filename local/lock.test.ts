import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tryLock, withLock } from './lock.mjs';
import { identify } from './process-identity.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/lock-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a held lock names its holder, a released one is free', () => {
  const path = `${folder}/lock`;
  const first = tryLock(path);
  expect(tryLock(path)).toEqual({ heldBy: process.pid });
  if ('release' in first) first.release();
  expect(tryLock(path)).toHaveProperty('release');
});

test.each([
  ['a dead process', async () => ({ ...(await endedProcess()) })],
  ['a pid that is another process by now', async () => ({ pid: process.pid, started: 'long ago' })],
  ['a crash that tore it', async () => undefined],
])('the lock of %s is no obstacle', async (_whose, holder) => {
  const path = `${folder}/lock`;
  writeFileSync(path, JSON.stringify(await holder()) ?? '');
  expect(tryLock(path)).toHaveProperty('release');
});

test('of many that find a stale lock, one at a time holds it', async () => {
  const path = `${folder}/lock`;
  writeFileSync(path, JSON.stringify(await endedProcess()));
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 10 }, () => withLock(path, work)));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('who waits is told for whom, once', async () => {
  const path = `${folder}/lock`;
  const first = tryLock(path);
  const onWait = vi.fn();
  const second = withLock(path, async () => 'done', { onWait });
  await sleep(250);
  if ('release' in first) first.release();
  expect(await second).toBe('done');
  expect(onWait.mock.calls).toEqual([[process.pid]]);
});

async function endedProcess() {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}
