/** What is installed: the bytes that a lockfile names, and of them only what is listed may run as it is installed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageJson from './package.json' with { type: 'json' };

interface Lockfile {
  readonly packages: Readonly<Record<string, Locked>>;
}

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  /** It comes in another one's bytes. */
  readonly inBundle?: true;
  readonly hasInstallScript?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const lockfiles = ['package-lock.json', 'infra-cdktf/package-lock.json', 'infra-cdktf/cli/package-lock.json'];

test.for(lockfiles)('%s says of each package which bytes it is, and takes all from the registry', file => {
  const packages = packagesOf(file).filter(([, { inBundle }]) => !inBundle);
  expect(packages).not.toEqual([]);
  for (const [name, { integrity, resolved }] of packages)
    expect([name, integrity, resolved]).toEqual([name, expect.stringMatching(/^sha512-[\w+/]{86}==$/), undefined]);
});

/** Reports installations to its maker, which `scarfSettings` in package.json turns off, too. */
const unwanted = ['@scarf/scarf'];

test('of the packages that would run a script when they are installed, each is known', () => {
  const here = ({ os, cpu }: Locked) => (os?.includes('linux') ?? true) && (cpu?.includes('x64') ?? true);
  const running = lockfiles.flatMap(packagesOf).filter(([, locked]) => locked.hasInstallScript && here(locked));
  const known = [...Object.keys(packageJson.allowScripts), ...unwanted];
  expect(running.map(([name]) => name).toSorted()).toEqual(known.toSorted());
  expect(packageJson.scarfSettings.enabled).toBe(false);
});

function packagesOf(file: string): readonly (readonly [name: string, locked: Locked])[] {
  const { packages }: Lockfile = JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
  return Object.entries(packages).flatMap(([place, locked]) => {
    const name = place.split('node_modules/').at(-1);
    return name ? [[name, locked] as const] : [];
  });
}
