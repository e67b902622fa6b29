/** Which functions a commit changes: those whose images it changes, and no other. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkout } from '../local/checkout.ts';
import { runProgram } from '../local/run-program.ts';
import { type ContentKeys, contentKeys } from './content-keys.ts';
import { type Repository, throwAwayRepository } from './testing/repository.ts';

// Most of them build: moments on a machine of its own, and longer beside others.
vi.setConfig({ testTimeout: 90_000 });

const names = ['get-task', 'list-activities', 'back-up'];

let repository: Repository;
let first: string;
beforeAll(() => {
  repository = throwAwayRepository(names);
  first = repository.commit();
});
afterAll(() => repository?.[Symbol.dispose]());

async function keysNow(): Promise<ContentKeys> {
  const { ok, output } = await runProgram(process.execPath, ['build.ts'], { cwd: repository.folder });
  expect(ok, output).toBe(true);
  return contentKeys(repository.folder);
}

/** What the edits change; then they are undone. */
async function changedBy(edits: () => void): Promise<readonly string[]> {
  edits();
  const keys = await keysNow().finally(() => repository.undo());
  return names.filter(name => keys.get(name) !== before.get(name));
}

let before: ContentKeys;
test('another folder and another time give the same keys', async () => {
  before = await keysNow();
  const here = await contentKeys(checkout);
  expect([...before]).toEqual(names.map(name => [name, here.get(name)]));
  expect(new Set(before.values()).size).toBe(names.length);
});

test('what reaches no image changes none: a page, a test, a comment, a stage of another image', async () => {
  const changed = await changedBy(() => {
    repository.edit('README.md', '# task-manager', '# Task manager');
    repository.edit('functions/get-task/index.test.ts', 'test(', 'test.only(');
    repository.edit('lib/http/server.ts', '\nimport ', '\n// A comment.\nimport ');
    repository.edit('Dockerfile', 'STOPSIGNAL SIGQUIT', 'STOPSIGNAL SIGTERM');
  });
  expect(changed).toEqual([]);
});

test('what makes an image of a bundle changes all: the Dockerfile, the script that makes the compile cache', async () => {
  for (const [file, text, instead] of [
    ['Dockerfile', 'strip -o usr/bin/node', 'strip --strip-debug -o usr/bin/node'],
    ['compile-cache.ts', "LOG_LEVEL: 'silent'", "LOG_LEVEL: 'fatal'"],
  ] as const) {
    repository.edit(file, text, instead);
    const keys = await contentKeys(repository.folder);
    repository.undo();
    expect(names.filter(name => keys.get(name) !== before.get(name))).toEqual(names);
  }
});

test('a file of lib/ changes those that carry it', async () => {
  const changed = await changedBy(() => repository.edit('lib/stores/mongodb.ts', 'maxPoolSize: 10', 'maxPoolSize: 11'));
  expect(changed).toEqual(['list-activities', 'back-up']);
});

test('the version changes those that have the metric that tells it', async () => {
  const changed = await changedBy(() => repository.edit('package.json', '"version": "', '"version": "1'));
  expect(changed).toEqual(['get-task', 'list-activities']);
});

test('the command: a handler changes its function alone', async () => {
  repository.edit('functions/get-task/index.ts', '!task', '!task || task === undefined');
  expect(await repository.run('changed.ts', '--since', first)).toEqual({ ok: true, output: 'get-task\n' });
});

test('a commit that is not here is a failure that says what helps', async () => {
  const { ok, output } = await repository.run('changed.ts', '--since', 'v0');
  expect(ok).toBe(false);
  expect(output).toMatch(/^failed: reading v0\ncause: .*\nremedy: .*git fetch/s);
});
