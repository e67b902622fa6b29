/** `npm start -- --ephemeral`, for the tests that need the whole system. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { checkout } from '../checkout.ts';
import { freePort } from '../free-port.ts';
import { keepOnLeash, unleash } from '../leash.ts';
import type { RunningProcess } from '../process-list.ts';

/** Disposed of, it is stopped as a person would stop it. */
export interface RunningSystem extends AsyncDisposable {
  readonly url: string;
  /** Where processes.json is. */
  readonly list: string;
  /** What it lists now. */
  processes(): readonly RunningProcess[];
}

export async function startEphemeral(environment: Readonly<Record<string, string>> = {}): Promise<RunningSystem> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [`${checkout}/local/start.ts`, '--ephemeral'], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment, PORT: new URL(url).port },
  });
  const { pid } = child;
  if (pid !== undefined) keepOnLeash(pid, 'TERM');
  const ended = once(child, 'close').finally(() => pid !== undefined && unleash(pid));
  let output = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => {
      output += data;
      if (output.includes(`ready ${url}\n`)) ready.resolve();
    });
  }
  void ended.then(() => ready.reject(new Error(`npm start ended:\n${output}`)));
  await ready.promise;
  const list = /^processes +(\S+)$/m.exec(output)?.[1] ?? '';
  return {
    url,
    list,
    processes: () => JSON.parse(readFileSync(list, 'utf8')),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
