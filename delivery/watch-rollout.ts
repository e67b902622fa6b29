/** Watches traffic move to new revisions, and stops at the first sign that it should not. */
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../local/failure.ts';
import type { Cluster } from './cluster.ts';
import type { Burning } from './deploy-burn.ts';
import { isSettled } from './deployed-notes.ts';
import { passSmoke, type Smoke } from './smoke.ts';

export interface Watched {
  /** undefined: nobody said where the API is. */
  readonly smoke: Smoke | undefined;
  /** undefined: there is no Prometheus to ask, or a budget burnt before. */
  readonly burning: Burning | undefined;
  /** Seconds until the new revisions have to have all traffic. */
  readonly patience: number;
  /** Milliseconds between two looks at the cluster, and between two rounds of questions. */
  readonly every: { readonly look: number; readonly question: number };
  say(line: string): void;
  check(): void;
}

/** @throws {Failure} when it should be taken back */
export async function watchRollout(cluster: Cluster, names: readonly string[], watched: Watched): Promise<void> {
  const { patience, every, say, check } = watched;
  const deadline = performance.now() + patience * 1_000;
  let nextQuestion = performance.now();
  let told = '';
  for (;;) {
    check();
    const states = (await cluster.functions()).filter(({ name }) => names.includes(name));
    const refused = states.find(each => each.refused);
    if (refused)
      throw new Failure(`rolling out ${refused.name}`, refused.reason, 'kubectl -n task-manager get revisions');
    const waiting = states.filter(state => !isSettled(state));
    const shares = waiting
      .map(({ name, created, traffic }) => `${name} ${Math.floor(shareOf(created, traffic) / 10) * 10} %`)
      .join(', ');
    if (shares !== told) say(`  ${shares || 'all traffic has moved'}`);
    told = shares;
    // The last round is asked when all of it has moved.
    if (waiting.length === 0 || performance.now() >= nextQuestion) {
      await question(watched);
      nextQuestion = performance.now() + every.question;
    }
    if (waiting.length === 0) return;
    if (performance.now() > deadline)
      throw new Failure(
        'rolling out',
        `after ${patience} s: ${waiting.map(({ name, reason }) => `${name} (${reason})`).join()}`,
        'kubectl -n task-manager get ksvc,pods',
      );
    await pause(every.look);
  }
}

async function question({ smoke, burning }: Watched): Promise<void> {
  if (smoke) await passSmoke(smoke);
  const burnt = await burning?.();
  if (burnt && burnt.length > 0)
    throw new Failure(
      'watching the objectives',
      `the budget burns: ${burnt.join()}`,
      'docs/operations/alerts/ErrorBudgetBurnFast.md',
    );
}

function shareOf(
  revision: string,
  traffic: readonly { readonly revision: string; readonly percent: number }[],
): number {
  return traffic.filter(each => each.revision === revision).reduce((sum, { percent }) => sum + percent, 0);
}
