/** Everything is killed at once under load, the stores too: what was acknowledged is there, with one activity for each change. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test, vi } from 'vitest';
import type { Activity } from '../lib/activities/activity.ts';
import type { Task } from '../lib/tasks/task.ts';
import { cloneInto, linkPackages } from './testing/clone.ts';
import { npmStart, type StartedByNpm } from './testing/npm-start.ts';

const parent = realpathSync(mkdtempSync(`${tmpdir()}/kill-`));
const folder = `${parent}/task-manager`;
const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: parent };
let started: StartedByNpm | undefined;
afterAll(async () => {
  await started?.stop();
  rmSync(parent, { recursive: true, force: true });
});

test('three times', async () => {
  execFileSync('chmod', ['755', parent]);
  cloneInto(folder, 0o755);
  linkPackages(folder);
  /** The highest version that was acknowledged of each task. */
  const acknowledged = new Map<string, number>();
  for (let round = 1; round <= 3; round += 1) {
    started = await npmStart(folder, me, '022');
    await writeUntil(started.url, acknowledged, round * 150, killEverything);
  }
  started = await npmStart(folder, me, '022');
  for (const [id, version] of acknowledged) {
    const task: Task = await read(`${started.url}/api/tasks/${id}`);
    expect(task.version).toBeGreaterThanOrEqual(version);
    const { items }: { items: Activity[] } = await read(`${started.url}/api/tasks/${id}/activities`);
    const versions = items.map(activity => activity.version);
    expect(versions).toEqual(Array.from({ length: task.version }, (_, index) => task.version - index));
  }
});

/** Twelve writers make and change tasks until so many are acknowledged; then `end` is called while they go on. */
async function writeUntil(
  url: string,
  acknowledged: Map<string, number>,
  enough: number,
  end: () => void,
): Promise<void> {
  let ended = false;
  const write = async () => {
    const task = await send('POST', `${url}/api/tasks`, { title: 'x' });
    if (!task) return;
    acknowledged.set(task.id, 1);
    const changed = await send('PATCH', `${url}/api/tasks/${task.id}`, { title: 'y' });
    if (changed) acknowledged.set(task.id, 2);
  };
  const writer = async () => {
    while (!ended) {
      await write();
      if (!ended && acknowledged.size >= enough) {
        ended = true;
        end();
      }
    }
  };
  await Promise.all(Array.from({ length: 12 }, writer));
}

/** @returns undefined when there was no answer: then nothing was acknowledged */
async function send(method: string, url: string, body: unknown): Promise<Task | undefined> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    return response.ok ? JSON.parse(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}

/** A store that has just been recovered may be out of reach for a moment. */
async function read(url: string) {
  let response = await fetch(url);
  await vi.waitUntil(
    async () => {
      if (response.status === 503) response = await fetch(url);
      return response.status !== 503;
    },
    { timeout: 15_000, interval: 250 },
  );
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return JSON.parse(await response.text());
}

function killEverything(): void {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (isOurs(pid)) process.kill(Number(pid), 'SIGKILL');
  }
}

function isOurs(pid: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === folder || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/`)
    );
  } catch {
    return false; // it has just ended, or is another user's
  }
}
