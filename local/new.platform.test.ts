/** docs/add-a-function.md, carried out in a copy of the checkout: each command and each edit in its order. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../functions/catalogue.ts';
import { localFolder } from './checkout.ts';
import { askedFunction } from './new-function/asked-function.ts';
import { sourcesOf } from './new-function/sources.ts';
import { runProgram } from './run-program.ts';
import { cloneInto, linkPackages } from './testing/clone.ts';
import { type Block, fencedBlocks, inlineCode } from './testing/markdown.ts';
import { npmStart, type StartedByNpm } from './testing/npm-start.ts';

const parent = mkdtempSync(path.join(tmpdir(), 'new-'));
const folder = path.join(parent, 'task-manager');
const inFolder = (file: string) => path.join(folder, file);
const textOf = (file: string) => readFileSync(inFolder(file), 'utf8');

let started: StartedByNpm | undefined;

beforeAll(() => {
  chmodSync(parent, 0o755); // PostgreSQL's own user has to get in
  cloneInto(folder, 0o755);
  linkPackages(folder);
  mkdirSync(inFolder('.local'));
  if (existsSync(`${localFolder}/installed`)) symlinkSync(`${localFolder}/installed`, inFolder('.local/installed'));
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '--quiet', '--message=x');
});
afterEach(async () => {
  await started?.stop();
  started = undefined;
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

test('a failure after the last file was written leaves nothing of a function', async () => {
  const generate = textOf('generate.ts');
  writeFileSync(inFolder('generate.ts'), `${generate}\nif (import.meta.main) throw new Error('too late');\n`);
  const made = await sh('npm run new -- archive-task');
  writeFileSync(inFolder('generate.ts'), generate);
  expect([made.ok, made.output]).toEqual([false, expect.stringContaining('too late')]);
  expect(git('status', '--short')).toBe('');
});

test('who follows the page has a function that is tested, documented, deployed and answers, and is gone again', async () => {
  const text = textOf('docs/add-a-function.md');
  const page = fencedBlocks(text);
  const outputs: string[] = [];
  for (const block of page.slice(0, -1)) await carryOut(block, outputs);

  const asked = outputs.find(output => output.includes('"id"')) ?? '';
  const [documented, answer = ''] = asked.trim().split('\n');
  expect(documented).toBe('/api/tasks/{id}/archive');
  expect(JSON.parse(answer)).toMatchObject({ title: 'Ship it', status: 'completed', assignee: null, version: 2 });

  expect(parse(textOf('compose.yaml'), { merge: true }).services).toHaveProperty(
    'archive-task.build.args.FUNCTION',
    'archive-task',
  );
  expect(parse(textOf('knative/base/kustomization.yaml')).resources).toContain('archive-task.yaml');
  expect(textOf('knative/base/archive-task.yaml')).toMatch(/^ +image: \S*archive-task\b/m);
  expect(textOf('knative/gateway/http-route.yaml')).toContain('archive-task.task-manager.svc.cluster.local');

  const others = [...inlineCode(text)].flatMap(code => /^npm run new -- (.+)$/.exec(code)?.[1] ?? []);
  for (const other of others) makeToo(other);
  const folders = others.map(other => `functions/${other.split(' ')[0]}`);
  expect(folders).toHaveLength(4); // of each kind one
  const tests = [...folders, 'functions/catalogue.test.ts', 'generate.test.ts'].join(' ');
  const { ok, output } = await sh(`node generate.ts && node build.ts && npx vitest run ${tests}`);
  expect([ok, ok || output]).toEqual([true, true]);

  for (const block of page.slice(-1)) await carryOut(block, outputs);
  expect(git('status', '--short')).toBe('');
});

/** As the command does, in this process: what follows is generated once for all. */
function makeToo(command: string): void {
  const asked = askedFunction(command.split(' '), catalogue);
  for (const { path: file, contents } of sourcesOf(asked, catalogue, textOf)) {
    mkdirSync(path.dirname(inFolder(file)), { recursive: true });
    writeFileSync(inFolder(file), contents);
  }
}

/** What its fence says of a block: a command, a file as it is, an edit of one, or what the last command printed. */
async function carryOut({ kind, text }: Block, outputs: string[]): Promise<void> {
  const [language, file = ''] = kind.split(' ');
  if (text === 'npm start\n') {
    started = await npmStart(folder, { uid: userInfo().uid, gid: userInfo().gid, home: parent }, '022');
  } else if (language === 'sh') {
    const { ok, output } = await sh(text);
    expect([ok, ok || output]).toEqual([true, true]);
    outputs.push(output);
  } else if (language === 'ts') expect(textOf(file)).toBe(text);
  else if (language === 'diff') writeFileSync(inFolder(file), edited(textOf(file), text));
  else expect(outputs.at(-1)).toContain(text);
}

/** A diff without numbers of lines: what it takes away and what it leaves stands in the text once. */
function edited(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const side = (sign: '-' | '+') =>
    lines.filter(line => line === '' || line[0] === ' ' || line[0] === sign).map(line => `${line.slice(1)}\n`);
  const parts = text.split(side('-').join(''));
  expect(parts, diff).toHaveLength(2);
  return parts.join(side('+').join(''));
}

function sh(script: string) {
  // What runs beside it may have to be in time.
  return runProgram('nice', ['bash', '-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { TESTS: undefined }, // what it runs is no platform test
    timeout: 200_000,
  });
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
}
