/** One process of one function: started, asked whether it is ready, ended. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import http from 'node:http';
import { constants } from 'node:os';
import { freePort } from './free-port.ts';
import { keepOnLeash, unleash } from './leash.ts';
import { endProcess, identify } from './process-identity.mjs';

export interface FunctionProgram {
  readonly name: string;
  /** The JavaScript file that serves it. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Written to at its end. */
  readonly log: string;
}

export interface FunctionProcess {
  readonly pid: number;
  readonly port: number;
  readonly metricsPort: number;
  /** Its exit code; 128 and more for a signal, as a shell has it. */
  readonly exited: Promise<number>;
  /** What /readyz says: `ready` (200), `draining` (503), `silent` (anything else, within 5 s). */
  readiness(): Promise<Readiness>;
  /** SIGTERM; SIGKILL when it is still there after 12 s and a bit. */
  end(): Promise<void>;
  kill(): void;
}

export type Readiness = 'ready' | 'draining' | 'silent';

const ENDS_WITHIN = 12_500;
const PROBE_TIMEOUT = 5_000;

/** @throws when the program cannot be run at all */
export async function startFunctionProcess(program: FunctionProgram): Promise<FunctionProcess> {
  const port = await freePort();
  const metricsPort = await freePort();
  const log = openSync(program.log, 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', program.script], {
    detached: true, // a terminal's Ctrl-C reaches only us
    stdio: ['ignore', log, log],
    env: { ...program.environment, PORT: String(port), METRICS_PORT: String(metricsPort) },
  });
  closeSync(log);
  const { promise: exited, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]));
  const { pid } = child;
  if (pid === undefined) {
    const { promise: failed, reject } = Promise.withResolvers<never>();
    child.once('error', reject);
    return failed;
  }
  keepOnLeash(pid, 'TERM');
  void exited.then(() => unleash(pid));
  const identity = identify(pid);
  return {
    pid,
    port,
    metricsPort,
    exited,
    readiness: () => probe(port),
    end: async () => {
      if (identity !== undefined) await endProcess(identity, { grace: ENDS_WITHIN });
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function probe(port: number): Promise<Readiness> {
  return new Promise(resolve => {
    const request = http.get({ host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: PROBE_TIMEOUT });
    request.once('response', answer => {
      answer.resume();
      resolve(answer.statusCode === 200 ? 'ready' : answer.statusCode === 503 ? 'draining' : 'silent');
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve('silent'));
    request.once('close', () => resolve('silent'));
  });
}
