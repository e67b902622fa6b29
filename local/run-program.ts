/** Runs a program to its end, without a terminal, and says what it said. */
import { spawn } from 'node:child_process';
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
  /** Milliseconds; then it is killed, and has failed. */
  readonly timeout?: number;
  /** Kills it, and it has failed. */
  readonly signal?: AbortSignal;
  /** Passed on as it comes, instead of kept. */
  readonly show?: boolean;
}

export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramOutcome> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      stdio: options.show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, ...options.env },
      ...options.user,
      killSignal: 'SIGKILL',
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const { pid } = child;
    if (pid !== undefined) keepOnLeash(pid, 'TERM');
    let output = '';
    child.stdout?.on('data', data => {
      output += data;
    });
    child.stderr?.on('data', data => {
      output += data;
    });
    child.once('error', error => resolve({ ok: false, output: error.message }));
    child.once('close', (code, signal) => {
      if (pid !== undefined) unleash(pid);
      const ending = signal === null ? '' : `\n(ended by ${signal})`;
      resolve({ ok: code === 0, output: `${output}${ending}` });
    });
  });
}
