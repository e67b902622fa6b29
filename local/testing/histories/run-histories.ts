/** Many histories, in some worlds at a time, up to the first that breaks a promise. */
import fc from 'fast-check';
import { type Plan, plans } from './plan.ts';
import { runHistory } from './run-history.ts';
import { openWorld, type SharedStores } from './world.ts';

export interface HistoriesOptions {
  readonly stores: SharedStores;
  readonly seed: number;
  readonly count: number;
  /** Told of each that was as promised, with how many were so far. */
  progress?(played: number): void;
}

export interface HistoriesOutcome {
  readonly played: number;
  /** What was not as promised, all that was seen, and how to play it again. */
  readonly counterexample: string | undefined;
}

/** Worlds side by side: most of a history is waiting. */
const ABREAST = 4;

export function runHistories({ stores, seed, count, progress }: HistoriesOptions): Promise<HistoriesOutcome> {
  return playAll(
    stores,
    plansOf(seed, count).map((plan, path) => ({ plan, seed, path })),
    progress,
  );
}

/** The same plan again and again: what happens when is for the stores to say, so one failure may take many. */
export function replayHistory(
  { stores, seed, count, progress }: HistoriesOptions,
  path: number,
): Promise<HistoriesOutcome> {
  const [plan] = plansOf(seed, path + 1).slice(path);
  if (!plan) throw new RangeError(`${path} is no path of a plan`);
  return playAll(stores, Array(count).fill({ plan, seed, path }), progress);
}

interface Job {
  readonly plan: Plan;
  readonly seed: number;
  readonly path: number;
}

async function playAll(
  stores: SharedStores,
  jobs: readonly Job[],
  progress: HistoriesOptions['progress'],
): Promise<HistoriesOutcome> {
  const waiting = jobs[Symbol.iterator]();
  let played = 0;
  let counterexample: string | undefined;

  async function worker(): Promise<void> {
    await using world = await openWorld(stores);
    for (const job of waiting) {
      if (counterexample !== undefined) return;
      const violation = await runHistory(world, job.plan);
      if (violation !== undefined) {
        counterexample = `${violation}\n\n${commandFor(job)}`;
        return;
      }
      played += 1;
      progress?.(played);
    }
  }

  await Promise.all(Array.from({ length: ABREAST }, worker));
  return { played, counterexample };
}

function plansOf(seed: number, count: number): Plan[] {
  return fc.sample(plans, { seed, numRuns: count });
}

function commandFor({ seed, path }: Job): string {
  return `To play this plan again: npm run bench:histories -- --seed ${seed} --path ${path}`;
}
