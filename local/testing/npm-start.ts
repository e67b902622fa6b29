/** `npm start` as a person runs it, in a clone, as some user. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { RunningProcess } from '../process-list.ts';

export interface StartedByNpm {
  readonly url: string;
  /** All that it printed so far. */
  output(): string;
  /** What processes.json lists now. */
  processes(): readonly RunningProcess[];
  /** SIGTERM to npm; resolves with the seconds until the last of its processes had gone. */
  stop(): Promise<number>;
}

export async function npmStart(
  folder: string,
  user: { uid: number; gid: number; home: string },
  umask: string,
): Promise<StartedByNpm> {
  const port = await freePort();
  const npm = spawn('/bin/sh', ['-c', `umask ${umask} && exec npm start`], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    uid: user.uid,
    gid: user.gid,
    env: { PATH: systemPath(), HOME: user.home, PORT: String(port) },
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', data => {
      output += data;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const ended = once(npm, 'exit');
  while (!output.includes(`\nready ${url}\n`)) {
    if (npm.exitCode !== null || npm.signalCode !== null) throw new Error(`npm start ended:\n${output}`);
    await sleep(100);
  }
  return {
    url,
    output: () => output,
    processes: () => JSON.parse(readFileSync(`${folder}/.local/processes.json`, 'utf8')),
    async stop() {
      const begun = performance.now();
      npm.kill('SIGTERM');
      await ended;
      while (psOf(folder).length > 0 && performance.now() - begun < 20_000) await sleep(50);
      return (performance.now() - begun) / 1000;
    },
  };
}

/** The command lines of all processes that name the folder. */
export function psOf(folder: string): string[] {
  return commandLines().filter(line => line.includes(`${folder}/`));
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // it has just ended
      }
    });
}

/** Without the folders that npm has put in front for us: a person's shell has none of them. */
function systemPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter(folder => !folder.includes('node_modules')).join(delimiter);
}
