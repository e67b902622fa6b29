/** What is run of a release is what is on main. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../local/run-program.ts';
import { writeRelease } from './release-file.ts';

let folder: string;
let main: string;
let branch: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'checkout-'));
  git('init', '--quiet', '--initial-branch=main');
  main = commit('one');
  commit('two');
  git('checkout', '--quiet', '-b', 'branch');
  branch = commit('of a branch');
  git('checkout', '--quiet', 'main');
});
afterAll(() => rmSync(folder, { recursive: true }));

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}

function commit(message: string): string {
  writeFileSync(path.join(folder, 'file'), message);
  git('add', '--all');
  git('commit', '--quiet', `--message=${message}`);
  return git('rev-parse', 'HEAD');
}

async function checkOut(of: string) {
  const release = `${folder}/.git/release.json`;
  writeRelease(release, { commit: of, made: '2026-11-24T09:00:00.000Z', images: {} });
  const script = path.join(import.meta.dirname, 'checkout-release.sh');
  const { ok, output } = await runProgram(script, [release], { cwd: folder, env: { ...process.env, MAIN: 'main' } });
  return { ok, output, at: git('rev-parse', 'HEAD') };
}

test('a commit of a branch is not, whoever says that it was released; an earlier one of main is', async () => {
  const before = git('rev-parse', 'HEAD');
  expect(await checkOut(branch)).toMatchObject({
    ok: false,
    output: expect.stringContaining('is not on main'),
    at: before,
  });
  expect(await checkOut(main)).toMatchObject({ ok: true, at: main });
});
