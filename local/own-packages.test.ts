import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkout, localFolder } from './checkout.ts';
import { installOwnPackages } from './own-packages.ts';

mkdirSync(localFolder, { recursive: true });
const folder = mkdtempSync(`${localFolder}/own-packages-`);
const room = path.relative(checkout, folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** A package that stands beside it: nothing is fetched. */
function wants(version: string): void {
  mkdirSync(`${folder}/one`, { recursive: true });
  writeFileSync(`${folder}/one/package.json`, JSON.stringify({ name: 'one', version }));
  const dependencies = { one: 'file:one' };
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: 'room', dependencies }));
  const packages = {
    '': { name: 'room', dependencies },
    one: { version },
    'node_modules/one': { resolved: 'one', link: true },
  };
  writeFileSync(
    `${folder}/package-lock.json`,
    JSON.stringify({ name: 'room', lockfileVersion: 3, requires: true, packages }),
  );
}

test('installs once, for two who ask at once too, and again when the lockfile is another one', {
  timeout: 60_000,
}, async () => {
  wants('1.0.0');
  expect((await Promise.all([installOwnPackages(room), installOwnPackages(room)])).sort()).toEqual([
    'installed',
    'there',
  ]);
  expect(JSON.parse(readFileSync(`${folder}/node_modules/one/package.json`, 'utf8'))).toMatchObject({
    version: '1.0.0',
  });
  wants('2.0.0');
  expect(await installOwnPackages(room)).toBe('installed');
  expect(await installOwnPackages(room)).toBe('there');
});

test('what is not whole is installed anew; what cannot be installed is told, and no stamp is left', {
  timeout: 60_000,
}, async () => {
  wants('1.0.0');
  await installOwnPackages(room);
  rmSync(`${folder}/node_modules`, { recursive: true });
  expect(await installOwnPackages(room)).toBe('installed');
  writeFileSync(`${folder}/package-lock.json`, '{}');
  await expect(installOwnPackages(room)).rejects.toThrow(/npm/);
  expect(existsSync(`${folder}/node_modules/.installed`)).toBe(false);
});
