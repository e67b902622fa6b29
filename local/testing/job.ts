/** A job of dist/ as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkout } from '../checkout.ts';
import { keepOnLeash, unleash } from '../leash.ts';
import { asItsRole } from './as-its-role.ts';

export interface EndedJob {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it logged, by message; of two with the same message the last. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  readonly told: Readonly<Record<string, any>>;
  readonly stderr: string;
}

export interface RunningJob {
  readonly ended: Promise<EndedJob>;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `dist/<name>` with this environment and nothing of ours but PATH. */
export function startJob(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): RunningJob {
  const child = spawn(process.execPath, [`dist/${name}/server.js`, ...args], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...asItsRole(name, environment), LOG_LEVEL: 'info' },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} cannot be started`);
  keepOnLeash(pid, 'TERM');
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', data => {
    output.stdout += data;
  });
  child.stderr.on('data', data => {
    output.stderr += data;
  });
  const ended = once(child, 'close').then(([code, signal]): EndedJob => {
    unleash(pid);
    return { code, signal, told: byMessage(output.stdout), stderr: output.stderr };
  });
  return { ended, pid, kill: signal => void child.kill(signal) };
}

export function runJob(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<EndedJob> {
  return startJob(name, environment, ...args).ended;
}

function byMessage(stdout: string): Record<string, Record<string, unknown>> {
  const lines = stdout.split('\n').filter(line => line !== '');
  return Object.fromEntries(lines.map(line => JSON.parse(line)).map(line => [line.message, line]));
}
