import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endOrphans } from './orphans.ts';
import { identify } from './process-identity.mjs';
import { processList } from './process-list.ts';

let folder: string;
let pid: number;
beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/process-list-`);
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  pid = child.pid ?? 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (identify(pid) !== undefined) process.kill(pid, 'SIGKILL');
});

test('it shows what runs, and is gone afterwards', () => {
  const list = processList(folder);
  list.show('function', [{ name: 'it', kind: 'function', pid, url: 'http://a', metrics_url: 'http://b' }]);
  list.show('edge', [{ name: 'edge', kind: 'edge', pid: process.pid, url: 'http://c' }]);
  expect(JSON.parse(readFileSync(list.path, 'utf8'))).toEqual([
    { name: 'edge', kind: 'edge', pid: process.pid, url: 'http://c' },
    { name: 'it', kind: 'function', pid, url: 'http://a', metrics_url: 'http://b' },
  ]);
  list.remove();
  list.show('function', []);
  expect(existsSync(list.path)).toBe(false);
});

test('functions that a killed start left are ended by the next one', async () => {
  processList(folder).show('function', [{ name: 'it', kind: 'function', pid, url: '' }]);
  expect(await endOrphans(folder)).toBe(1);
  expect(identify(pid)).toBeUndefined();
  expect(await endOrphans(folder)).toBe(0);
});

test('a copied folder ends nothing of the original', async () => {
  processList(folder).show('function', [{ name: 'it', kind: 'function', pid, url: '' }]);
  const copy = `${folder}/copy`;
  cpSync(`${folder}/children.json`, `${copy}/children.json`);
  expect(await endOrphans(copy)).toBe(0);
  expect(identify(pid)).toBeDefined();
});
