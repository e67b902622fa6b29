/**
 * npm run bench:histories -- [--histories N] [--seed N] [--path N]: plays histories up to the first that breaks a promise,
 * and tells how many there were a second. With a path, the plan of that one again and again.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeFailure } from '../local/failure.ts';
import { printedProgress } from '../local/progress.ts';
import { replayHistory, runHistories } from '../local/testing/histories/run-histories.ts';
import { startThrowAwayStores } from '../local/testing/throw-away-stores.ts';

const { values } = parseArgs({
  options: { histories: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } },
});

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const seed = wholeNumber('seed', randomInt(2 ** 31));
  const path = values.path === undefined ? undefined : wholeNumber('path', 0);
  const count = wholeNumber('histories', 1_000);
  const stores = await startThrowAwayStores(printedProgress(line => void process.stdout.write(line)));
  say(`seed         ${seed}${path === undefined ? '' : `, path ${path}`}`);
  const begun = performance.now();
  const progress = (played: number) => {
    if (played % 100 === 0) say(`histories    ${played} of ${count}  ${rate(played)}`);
  };
  const rate = (played: number) => `${((1_000 * played) / (performance.now() - begun)).toFixed(1)} a second`;
  const options = { stores, seed, count, progress };
  const { played, counterexample } = await (path === undefined ? runHistories(options) : replayHistory(options, path));
  say(`played       ${played} histories with seed ${seed}, ${rate(played)}`);
  if (counterexample !== undefined) say(`\n${counterexample}`);
  process.exitCode = counterexample === undefined ? 0 : 1;
  await stores.stop();
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

function wholeNumber(name: 'histories' | 'seed' | 'path', otherwise: number): number {
  const given = values[name];
  if (given === undefined) return otherwise;
  if (!/^\d{1,10}$/.test(given)) throw new Error(`--${name} must be a whole number, and is ${given}`);
  return Number(given);
}
