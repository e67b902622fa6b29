/** Vitest as a process of its own, ended when we are told to end. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { checkout } from './checkout.ts';
import { keepOnLeash, letGo, unleash } from './leash.ts';
import { onStopSignals } from './stop-signals.ts';

/** Prints what vitest prints, whose last line is the count. @returns its exit code */
export async function runVitest(args: readonly string[], environment: Record<string, string> = {}): Promise<number> {
  const vitest = spawn(process.execPath, [`${checkout}/node_modules/vitest/vitest.mjs`, 'run', ...args], {
    cwd: checkout,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const { pid } = vitest;
  if (pid !== undefined) keepOnLeash(pid, 'TERM');
  onStopSignals({ stop: () => vitest.kill('SIGINT'), hurry: () => vitest.kill('SIGKILL') });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  vitest.once('error', reject);
  vitest.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  try {
    return await ended;
  } finally {
    if (pid !== undefined) unleash(pid);
    await letGo();
  }
}
