/** The first answer of a function that nobody has asked for a while: its pod is made first. */
import { sleepers, untilAsleep } from './asleep.ts';
import { type Failed, failureOf, quantilesOf } from './load.ts';
import type { Proof, Result } from './proof.ts';

export async function fromZero({ cluster, client, turns, rounds, say }: Proof): Promise<Result> {
  const deeds = turns.filter(turn => turn.every(({ function: name }) => sleepers.has(name))).flat();
  const names = deeds.map(({ function: name }) => name);
  const failed: Failed[] = [];
  const times: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await untilAsleep(cluster, names);
    for (const deed of deeds) {
      const answer = await client.ask(deed.next());
      times.push(answer.milliseconds);
      if (answer.status !== deed.status) failed.push(failureOf(deed.function, answer));
      say(`  ${deed.function}: ${answer.status} after ${answer.milliseconds.toFixed(0)} ms`);
    }
  }
  const at = quantilesOf(times);
  const figures = { functions: names.length, rounds, 'median ms': at(0.5), 'longest ms': at(1) };
  return { name: 'from zero', figures, requests: times.length, failed };
}
