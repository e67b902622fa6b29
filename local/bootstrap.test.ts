import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkout } from './checkout.ts';

/** npm's stand-in: notes each call; installs a "node" after NPM_TAKES ms, or fails as npm does. */
const NPM = `
  const fs = require('node:fs');
  fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
  if (process.env.NPM_FAILS) {
    console.error('npm error code E404\\nnpm error 404 No match\\nnpm error Usage:\\nnpm error npm ci');
    process.exit(1);
  }
  fs.rmSync('node_modules', { recursive: true, force: true });
  fs.mkdirSync('node_modules/node/bin', { recursive: true });
  fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');
  setTimeout(() => {}, Number(process.env.NPM_TAKES ?? 0));
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/bootstrap-`);
  mkdirSync(`${folder}/local`);
  for (const file of ['bootstrap.mjs', 'lock.mjs', 'process-identity.mjs']) {
    copyFileSync(`${checkout}/local/${file}`, `${folder}/local/${file}`);
  }
  writeFileSync(`${folder}/package.json`, '{}');
  writeFileSync(`${folder}/package-lock.json`, '{ "packages": {} }');
  writeFileSync(`${folder}/npm.cjs`, NPM);
  writeFileSync(
    `${folder}/local/script.ts`,
    `const code: number = Number(process.argv[2]);
     console.log('script', process.argv.slice(2).join(' '));
     process.on('SIGTERM', () => process.exit(7));
     if (code < 0) setTimeout(() => {}, 60_000);
     else process.exitCode = code;`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function bootstrap(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['local/bootstrap.mjs', 'local/script.ts', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, npm_execpath: `${folder}/npm.cjs`, ...environment },
  });
}

async function outcomeOf(child: ChildProcess): Promise<{ code: number; output: string }> {
  let output = '';
  child.stdout?.on('data', data => {
    output += data;
  });
  child.stderr?.on('data', data => {
    output += data;
  });
  const [code] = await once(child, 'close');
  return { code, output };
}

const calls = () => readFileSync(`${folder}/calls`, 'utf8').trimEnd().split('\n');

test('it installs once, and runs the script with its arguments and its exit code', async () => {
  const first = await outcomeOf(bootstrap(['3', '--flag']));
  expect(first).toMatchObject({ code: 3, output: expect.stringMatching(/installed .* s\nscript 3 --flag\n$/) });
  expect((await outcomeOf(bootstrap(['0']))).output).toBe('script 0\n');
  expect(calls()).toEqual(['ci --include=dev --no-audit --no-fund']);
});

test('what the script answers comes alone on its stdout, also when there is something to install', async () => {
  const child = bootstrap(['0']);
  const answered = text(child.stdout ?? Readable.from([]));
  expect((await outcomeOf(child)).output).toMatch(/npm ci …/);
  expect(await answered).toBe('script 0\n');
});

test('another lockfile is another installation', async () => {
  await outcomeOf(bootstrap(['0']));
  writeFileSync(`${folder}/package-lock.json`, '{ "packages": { "node_modules/new": { "version": "1.0.0" } } }');
  await outcomeOf(bootstrap(['0']));
  expect(calls()).toHaveLength(2);
});

test("a developer's own npm ci is good enough", async () => {
  await outcomeOf(bootstrap(['0']));
  rmSync(`${folder}/node_modules/.installed.json`);
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0', optional: true } };
  writeFileSync(`${folder}/package-lock.json`, JSON.stringify({ packages }));
  const there = { 'node_modules/a': { version: '1.0.0' } };
  writeFileSync(`${folder}/node_modules/.package-lock.json`, JSON.stringify({ packages: there }));
  await outcomeOf(bootstrap(['0']));
  expect(calls()).toHaveLength(1);
});

test('an installation that was killed is made anew', async () => {
  const killed = bootstrap(['0'], { NPM_TAKES: '60000' });
  while (!existsSync(`${folder}/node_modules/node/bin/node`)) await sleep(20);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect((await outcomeOf(bootstrap(['0']))).code).toBe(0);
  expect(calls()).toHaveLength(2);
});

test('two at once install once', async () => {
  const both = await Promise.all([1, 2].map(code => outcomeOf(bootstrap([`${code}`], { NPM_TAKES: '500' }))));
  expect(both.map(({ code }) => code)).toEqual([1, 2]);
  expect(calls()).toHaveLength(1);
});

test('a failure names the step, the cause and the remedy', async () => {
  const { code, output } = await outcomeOf(bootstrap(['0'], { NPM_FAILS: '1' }));
  expect(code).toBe(1);
  expect(output).toContain('failed: installing the packages (npm ci)\ncause:  npm error code E404');
  expect(output).toContain('remedy: ');
  expect(output).not.toContain('Usage');
});

test('it passes on a signal, and leaves nothing behind', async () => {
  const running = bootstrap(['-1']);
  await once(running.stderr ?? running, 'data');
  await sleep(500);
  running.kill('SIGTERM');
  const [code] = await once(running, 'exit');
  expect(code).toBe(7);
});
