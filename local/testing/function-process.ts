/** A function of dist/ as a process of its own, under our server or under the functions framework's CLI. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkout } from '../checkout.ts';
import { freePort } from '../free-port.ts';
import { keepOnLeash, unleash } from '../leash.ts';
import { asItsRole } from './as-its-role.ts';

export type Host = 'server' | 'framework';
export type Environment = Readonly<Record<string, string>>;

export interface Addresses {
  readonly url: string;
  /** Where METRICS_PORT is. */
  readonly metricsUrl: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** By `performance.now()`. */
  readonly at: number;
  readonly stderr: string;
}

/** Disposed of, it is killed. */
export interface SpawnedFunction extends AsyncDisposable {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Rejects when the process ends before it listens. */
  readonly listening: Promise<Addresses>;
  readonly ended: Promise<Ended>;
  /** What it wrote so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface FunctionProcess extends SpawnedFunction, Addresses {}

/** Starts `dist/<name>`, and waits until it listens. @param root where `dist/` is */
export async function startFunction(
  name: string,
  environment: Environment,
  host: Host = 'server',
  root: string = checkout,
): Promise<FunctionProcess> {
  const spawned = await spawnFunction(name, environment, host, root);
  return { ...spawned, ...(await spawned.listening) };
}

/** Starts `dist/<name>` with this environment and nothing of ours, on free ports if it names none. */
export async function spawnFunction(
  name: string,
  environment: Environment,
  host: Host = 'server',
  root: string = checkout,
): Promise<SpawnedFunction> {
  const { program, ready } = hosting[host](name);
  const [PORT, METRICS_PORT] = [String(await freePort()), String(await freePort())];
  const env = { PATH: process.env.PATH, PORT, METRICS_PORT, ...asItsRole(name, environment) };
  const child = spawn(process.execPath, program, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid !== undefined) keepOnLeash(pid, 'TERM');

  const listening = Promise.withResolvers<Addresses>();
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', data => {
    output.stdout += data;
    if (!output.stdout.includes(ready)) return;
    listening.resolve({
      url: `http://127.0.0.1:${env.PORT}`,
      metricsUrl: `http://127.0.0.1:${env.METRICS_PORT}/metrics`,
    });
  });
  child.stderr.on('data', data => {
    output.stderr += data;
  });
  const exit = once(child, 'exit').then(() => performance.now());
  const ended = once(child, 'close').then(async ([code, signal]): Promise<Ended> => {
    if (pid !== undefined) unleash(pid);
    listening.reject(new Error(`${name} ended with ${code ?? signal}: ${output.stderr}`));
    return { code, signal, at: await exit, stderr: output.stderr };
  });
  listening.promise.catch(() => {}); // told to whoever awaits it

  return {
    pid,
    listening: listening.promise,
    ended,
    output: () => output.stdout + output.stderr,
    kill: signal => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** `ready` is in the line that tells that it listens. */
const hosting: Record<Host, (name: string) => { program: readonly string[]; ready: string }> = {
  server: name => ({ program: [`dist/${name}/server.js`], ready: '"message":"listening"' }),
  framework: name => ({
    program: ['node_modules/.bin/functions-framework', `--source=dist/${name}`, `--target=${name}`],
    ready: 'URL: http://localhost:',
  }),
};
