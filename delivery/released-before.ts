/** A release of before, as git has it. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Failure, lastLines } from '../local/failure.ts';
import type { MigrationFile } from '../local/migration-rules/rules.ts';
import type { ReleasedBefore } from './migration-guard.ts';

const execute = promisify(execFile);
const migrationsFolder = 'lib/stores/migrations';
const product = ['lib/*.ts', 'functions/*.ts', ':!*.test.ts', `:!${migrationsFolder}`];

async function gitIn(root: string, ...args: readonly string[]): Promise<string> {
  return (await execute('git', ['-C', root, ...args], { maxBuffer: 2 ** 26 })).stdout;
}

/** @param ref a commit, a tag, a branch. @throws {Failure} when git has none such */
export async function commitOf(root: string, ref: string): Promise<string> {
  const commit = await gitIn(root, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => {
    throw new Failure(`reading ${ref}`, 'git has no such commit', 'git fetch --tags --unshallow');
  });
  return commit.trim();
}

/** @param ref a commit, a tag, a branch */
export async function releasedBefore(root: string, ref: string): Promise<ReleasedBefore> {
  const git = (...args: readonly string[]) => gitIn(root, ...args);
  const at = await commitOf(root, ref);
  const files = (await git('ls-tree', '-r', '--name-only', at, '--', `${migrationsFolder}/`)).trim().split('\n');
  const migrations = files.filter(Boolean).map(async file => ({
    name: path.basename(file),
    text: await git('show', `${at}:${file}`),
  }));
  return {
    migrations: await Promise.all(migrations),
    async uses(word) {
      try {
        const found = await git(
          'grep',
          '--line-number',
          '--word-regexp',
          '--fixed-strings',
          word,
          at,
          '--',
          ...product,
        );
        return found
          .trim()
          .split('\n')
          .map(line => line.split(':').slice(1, 3).join(':'));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 1) return []; // it found nothing
        throw new Failure(`looking for ${word} in ${ref}`, lastLines(String(error), 3), 'git status');
      }
    },
  };
}

export function migrationsIn(root: string): MigrationFile[] {
  const folder = path.join(root, migrationsFolder);
  return readdirSync(folder).map(name => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
}
