import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installed } from './installed.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/installed-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('two at once install it once', async () => {
  const install = vi.fn(async (partial: string) => {
    await sleep(50);
    writeFileSync(`${partial}/program`, 'whole');
  });
  const found = await Promise.all([installed('it-1', install, folder), installed('it-1', install, folder)]);
  expect(found).toEqual([`${folder}/it-1`, `${folder}/it-1`]);
  expect(install).toHaveBeenCalledTimes(1);
});

test('what a killed installation left is not taken for a whole one', async () => {
  mkdirSync(`${folder}/.partial-it-1`);
  writeFileSync(`${folder}/.partial-it-1/program`, 'half');
  const found = await installed('it-1', async partial => writeFileSync(`${partial}/other`, 'whole'), folder);
  expect(existsSync(`${found}/program`)).toBe(false);
  expect(readFileSync(`${found}/other`, 'utf8')).toBe('whole');
});

test('a failed installation leaves nothing, and is tried again', async () => {
  const failing = installed('it-1', () => Promise.reject(new Error('no network')), folder);
  await expect(failing).rejects.toThrow('no network');
  expect(existsSync(`${folder}/it-1`)).toBe(false);
  await installed('it-1', async () => {}, folder);
  expect(existsSync(`${folder}/it-1`)).toBe(true);
});
