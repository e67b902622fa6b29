/** Keeps what this process starts from outliving it, even when it is killed by SIGKILL: a small shell script waits for its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

let leash: ChildProcess | undefined;

/** When this process ends without `unleash(pid)`, that one gets `signal`, and SIGKILL 15 s later. */
export function keepOnLeash(pid: number, signal: 'TERM' | 'INT'): void {
  tell(`watch ${signal} ${pid}`);
}

/** That process has ended; its pid may soon be another's. */
export function unleash(pid: number): void {
  if (leash !== undefined) tell(`forget ${pid}`);
}

/** Removes the folder (one only) when this process is gone. */
export function removeAtTheEnd(folder: string): void {
  tell(`folder ${folder}`);
}

/** Ends the script, and with it what is still on the leash. */
export async function letGo(): Promise<void> {
  const ending = leash;
  if (ending === undefined || ending.exitCode !== null) return;
  leash = undefined;
  ending.ref();
  const exited = once(ending, 'exit');
  ending.stdin?.end();
  await exited;
}

function tell(line: string): void {
  leash ??= startLeash();
  leash.stdin?.write(`${line}\n`);
}

function startLeash(): ChildProcess {
  const child = spawn('/bin/sh', [fileURLToPath(new URL('leash.sh', import.meta.url))], {
    detached: true, // a group of its own: a terminal's Ctrl-C and a kill of our group pass it by
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
  });
  child.unref();
  const pipe = child.stdin;
  if (pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  pipe?.on('error', () => {}); // the script is gone: nothing is left to tell it
  return child;
}
