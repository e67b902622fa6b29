/** `npm start` in a fresh clone, as those who will run it: an ordinary user, and root in a folder of its own. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloneInto } from './testing/clone.ts';
import { npmStart, psOf, type StartedByNpm } from './testing/npm-start.ts';

const isRoot = process.getuid?.() === 0;
/** In CI a test that cannot be run has failed; elsewhere it is told as skipped. */
const runs = isRoot || process.env.CI === 'true';

let parent: string;
let started: StartedByNpm | undefined;
const undo: (() => void)[] = [];
beforeEach(() => {
  if (!isRoot) throw new Error('needs root: it makes users and folders of theirs');
  parent = mkdtempSync(`${tmpdir()}/clone-`);
});
afterEach(async () => {
  await started?.stop();
  for (const step of undo.splice(0)) step();
  rmSync(parent, { recursive: true, force: true });
});

test.runIf(runs)('an ordinary user starts it, makes a task, and stops it', async () => {
  const user = makeUser();
  const folder = `${user.home}/task-manager`;
  cloneInto(folder, 0o755);
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, user.home]);

  started = await npmStart(folder, user, '022');
  await makeAndReadTask(started.url);
  const processes = started.processes();
  expect(new Set(processes.map(({ pid }) => statSync(`/proc/${pid}`).uid))).toEqual(new Set([user.uid]));
  expect(processes.map(({ name }) => name)).toEqual(expect.arrayContaining(['edge', 'postgresql', 'get-task']));
  await expectCleanStop(started, folder);
});

test.runIf(runs)('root starts it in a folder that nobody else may enter', async () => {
  const folder = `${parent}/task-manager`;
  cloneInto(folder, 0o700);
  execFileSync('chmod', ['700', parent]);
  const before = new Set(readdirSync('/var/lib'));
  undo.push(() => {
    for (const name of readdirSync('/var/lib')) {
      if (name.startsWith('task-manager-') && !before.has(name)) rmSync(`/var/lib/${name}`, { recursive: true });
    }
  });

  started = await npmStart(folder, { uid: 0, gid: 0, home: parent }, '077');
  expect(started.output()).toMatch(/server and data are in \/var\/lib\/task-manager-/);
  const task = await makeAndReadTask(started.url);
  await expectCleanStop(started, folder);

  started = await npmStart(folder, { uid: 0, gid: 0, home: parent }, '077');
  expect(await (await fetch(`${started.url}/api/tasks/${task.id}`)).json()).toEqual(task);
  await expectCleanStop(started, folder);
});

function makeUser(): { uid: number; gid: number; home: string } {
  const name = `tm${randomBytes(4).toString('hex')}`;
  const home = `${parent}/home`;
  execFileSync('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
  undo.push(() => execFileSync('userdel', [name], { stdio: 'ignore' }));
  mkdirSync(home);
  execFileSync('chmod', ['755', parent]);
  const [uid, gid] = ['-u', '-g'].map(flag => Number(execFileSync('id', [flag, name], { encoding: 'utf8' })));
  return { uid: uid ?? 0, gid: gid ?? 0, home };
}

async function makeAndReadTask(url: string): Promise<{ id: string }> {
  const made = await fetch(`${url}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"Ship the release"}',
  });
  expect(made.status).toBe(201);
  const task = (await made.json()) as { id: string };
  expect(await (await fetch(`${url}${made.headers.get('location')}`)).json()).toEqual(task);
  return task;
}

async function expectCleanStop(running: StartedByNpm, folder: string): Promise<void> {
  expect(await running.stop()).toBeLessThan(15);
  started = undefined;
  expect(psOf(folder)).toEqual([]);
  expect(() => running.processes()).toThrow('ENOENT');
}
