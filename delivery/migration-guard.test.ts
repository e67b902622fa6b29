/** Releases that follow one another, as commits of a repository of the test's own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import { notes } from './deployed-notes.ts';
import { guardRelease } from './guarded-release.ts';
import { faultsOfRelease } from './migration-guard.ts';
import { migrationsIn, releasedBefore } from './released-before.ts';
import { standInCluster } from './testing/stand-in-cluster.ts';

const root = throwAwayFolder();
const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
const migration = (name: string) => `lib/stores/migrations/${name}.sql`;

function write(file: string, text: string): void {
  mkdirSync(path.dirname(`${root}/${file}`), { recursive: true });
  writeFileSync(`${root}/${file}`, text);
}

beforeAll(() => {
  git('init', '--quiet');
  git('config', 'user.email', 'release@example.com');
  git('config', 'user.name', 'release');
  write(migration('0001_tasks'), '-- Up Migration\n\ncreate table tasks (id uuid, weight integer);\n');
  write('lib/tasks/weigh.ts', 'export const weigh = `select weight from tasks`;\n');
  release('uses');
  write(migration('0002_estimate'), '-- Expand\n\nalter table tasks add column estimate text;\n');
  write('lib/tasks/weigh.ts', 'export const weigh = `select estimate from tasks`;\n');
  release('without');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function release(tag: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', tag);
  git('tag', tag);
}

/** What is said of a worktree in which these files are others. */
async function faultsAfter(since: string, files: Readonly<Record<string, string | undefined>>, except?: string[]) {
  git('reset', '--quiet', '--hard', 'without');
  git('clean', '--quiet', '--force', '-d');
  for (const [file, text] of Object.entries(files))
    if (text === undefined) rmSync(`${root}/${file}`);
    else write(file, text);
  return faultsOfRelease(await releasedBefore(root, since), migrationsIn(root), except);
}

const drop = (since: string) => `-- Contract, unused since ${since}\n\nalter table tasks drop column weight;\n`;

test('an expanding release, and one that changes nothing, may go', async () => {
  expect(await faultsAfter('without', {})).toEqual([]);
  expect(await faultsAfter('uses', {})).toEqual([]);
});

test('what the release before does without may be taken away', async () => {
  expect(await faultsAfter('without', { [migration('0003_drop')]: drop('0002_estimate') })).toEqual([]);
});

test('not in the release that stops using it', async () => {
  expect(await faultsAfter('uses', { [migration('0003_drop')]: drop('0002_estimate') })).toEqual([
    '0003_drop.sql drops the column tasks.weight that is unused since 0002_estimate, which comes with the same release: release that first',
  ]);
});

test('not when the release before still names it, whatever the migration says; unless somebody has looked', async () => {
  const lying = { [migration('0003_drop')]: drop('0001_tasks') };
  expect(await faultsAfter('uses', lying)).toEqual([
    '0003_drop.sql drops the column tasks.weight, which the release before names in lib/tasks/weigh.ts:1: release the code without it first',
  ]);
  expect(await faultsAfter('uses', lying, ['tasks.weight'])).toEqual([]);
});

test.for([
  ['alter table tasks rename column weight to load;', 'renames tasks.weight to load'],
  ['drop table tasks;', 'drops the table tasks'],
])('nor is it renamed, or its table dropped: %s', async ([sql, what]) => {
  const text = `-- Contract, unused since 0001_tasks\n\n${sql}\n`;
  expect((await faultsAfter('uses', { [migration('0003_x')]: text })).join()).toContain(`0003_x.sql ${what}, which`);
});

test('a contraction that does not call itself one is found', async () => {
  const text = '-- Expand\n\nalter table tasks drop column weight;\n';
  expect(await faultsAfter('without', { [migration('0003_x')]: text })).toEqual([
    '0003_x.sql drops the column tasks.weight, and does not say since when nobody uses it',
  ]);
});

test('what has landed stays as it is, and nothing comes before it', async () => {
  expect(
    await faultsAfter('without', { [migration('0001_tasks')]: '-- Up Migration\n\ncreate table tasks ();\n' }),
  ).toEqual(['0001_tasks.sql was released, and is another one now: write a new migration']);
  expect(await faultsAfter('without', { [migration('0001_tasks')]: undefined })).toEqual([
    '0001_tasks.sql was released, and is gone now: write a new migration',
  ]);
  expect(await faultsAfter('without', { [migration('0001_also')]: '-- Expand\n\ncreate table x ();\n' })).toEqual([
    '0001_also.sql comes before 0002_estimate.sql, which was released: databases have had that already',
  ]);
});

test('a commit that is not there is said to be so', async () => {
  await expect(releasedBefore(root, 'v9')).rejects.toThrow('git has no such commit');
});

test('a deploy asks of what serves, and is made from what the release was built from', async () => {
  const [uses = '', without = ''] = ['uses', 'without'].map(ref => git('rev-parse', ref).trim());
  const cluster = standInCluster({});
  cluster.put('get-task', { annotations: { [notes.commit]: uses } });
  await faultsAfter('without', {});
  await guardRelease(cluster, without, { root });
  await expect(guardRelease(cluster, uses, { root })).rejects.toThrow(`this checkout is ${without}`);
  await faultsAfter('without', { [migration('0003_drop')]: drop('0002_estimate') });
  await expect(guardRelease(cluster, without, { root })).rejects.toThrow('release that first');
  cluster.put('list-tasks');
  await expect(guardRelease(cluster, without, { root })).rejects.toThrow('is not known of list-tasks');
  await expect(guardRelease(cluster, without, { root, since: 'uses' })).rejects.toThrow('release that first');
});
