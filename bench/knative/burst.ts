/** Forty requests at once, on a function that sleeps and on one that never does. */
import { untilAsleep } from './asleep.ts';
import type { Deed } from './deeds.ts';
import { failureOf, quantilesOf } from './load.ts';
import type { Proof, Result } from './proof.ts';

const parallel = 40;

export async function burst(proof: Proof): Promise<Result[]> {
  await untilAsleep(proof.cluster, ['list-changes']);
  return [await burstOn(proof, 'list-changes', 'asleep'), await burstOn(proof, 'get-task', 'awake')];
}

async function burstOn({ client, turns, say }: Proof, name: string, state: string): Promise<Result> {
  const deed = deedOf(turns.flat(), name);
  const answers = await Promise.all(Array.from({ length: parallel }, () => client.ask(deed.next())));
  const at = quantilesOf(answers.map(({ milliseconds }) => milliseconds));
  const failed = answers.filter(({ status }) => status !== deed.status).map(each => failureOf(name, each));
  say(`  ${name}, ${state}: ${answers.length - failed.length} of ${answers.length} answered well`);
  const figures = { 'median ms': at(0.5), 'longest ms': at(1) };
  return { name: `burst on ${name}, ${state}`, figures, requests: answers.length, failed };
}

export function deedOf(deeds: readonly Deed[], name: string): Deed {
  const found = deeds.find(each => each.function === name);
  if (found === undefined) throw new Error(`nothing is asked of ${name}`);
  return found;
}
