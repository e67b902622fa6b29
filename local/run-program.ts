/** Runs a program to its end, without a terminal, and says what it said. */
import { type ChildProcess, spawn } from 'node:child_process';
import { keepOnLeash, unleash } from './leash.ts';

export interface ProgramOutcome {
  readonly ok: boolean;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** When it aborts, the program is killed, and has failed. */
  readonly signal?: AbortSignal;
  /** Milliseconds; then the same. */
  readonly timeout?: number;
}

const running = new Set<ChildProcess>();
let ended = false;

/** Ends what runs now, and runs nothing any more: the command itself is to end. */
export function endPrograms(): void {
  ended = true;
  for (const child of running) killGroup(child);
}

/** Whether a program's failure only means that the command is to end. */
export function programsEnded(): boolean {
  return ended;
}

export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, user, signal, timeout }: ProgramOptions = {},
): Promise<ProgramOutcome> {
  if (ended) return Promise.resolve({ ok: false, output: 'the command is ending' });
  const { promise, resolve } = Promise.withResolvers<ProgramOutcome>();
  const child = spawn(command, args, {
    detached: true, // a group of its own, which can be ended with all that the program has started
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: cwd ?? process.cwd(),
    env: { ...process.env, ...env },
    ...user,
  });
  running.add(child);
  const { pid } = child;
  if (pid !== undefined) keepOnLeash(pid, 'TERM');
  const kill = () => killGroup(child);
  const deadline = timeout === undefined ? undefined : setTimeout(kill, timeout);
  signal?.addEventListener('abort', kill, { once: true });
  const finish = (outcome: ProgramOutcome) => {
    running.delete(child);
    if (pid !== undefined) unleash(pid);
    clearTimeout(deadline);
    signal?.removeEventListener('abort', kill);
    resolve(outcome);
  };
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', data => {
      output += data;
    });
  }
  child.once('error', error => finish({ ok: false, output: error.message }));
  child.once('close', (code, signal) => {
    finish({ ok: code === 0, output: signal === null ? output : `${output}\n(ended by ${signal})` });
  });
  return promise;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has just ended
  }
}
