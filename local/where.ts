/** npm run -s where -- NAME [metrics]: the address of a store, a function or the edge that npm start runs; for scripts. */
import { readFileSync } from 'node:fs';
import { localFolder } from './checkout.ts';
import { describeFailure, Failure } from './failure.ts';
import type { RunningProcess } from './process-list.ts';

try {
  const [name = '', metrics] = process.argv.slice(2);
  process.stdout.write(`${addressOf(name, metrics === 'metrics' ? 'metrics_url' : 'url')}\n`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

function addressOf(name: string, which: 'url' | 'metrics_url'): string {
  const running = runningProcesses();
  const found = running.find(each => each.name === name)?.[which];
  if (found !== undefined) return found;
  const names = running.filter(each => each[which] !== undefined).map(each => each.name);
  throw new Failure(`finding ${name}`, 'npm start runs none with such an address', `one of: ${names.join(', ')}`);
}

function runningProcesses(): readonly RunningProcess[] {
  const path = process.env.PROCESSES ?? `${localFolder}/processes.json`;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Failure(
      `reading ${path}`,
      'npm start does not run here',
      'npm start; of an --ephemeral one, name the list that it printed: PROCESSES=…',
    );
  }
}
