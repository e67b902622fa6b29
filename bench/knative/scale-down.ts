/** From many pods to the fewest while somebody still asks now and then; to none when nobody does, and up again. */

import type { Cluster } from '../../delivery/cluster.ts';
import { until } from '../../delivery/until.ts';
import { untilAsleep } from './asleep.ts';
import { deedOf } from './burst.ts';
import { failureOf, startLoad } from './load.ts';
import type { Proof, Result } from './proof.ts';

export async function scaleDown(proof: Proof): Promise<Result[]> {
  return [
    await shrink(proof, 'get-task', 120, 2),
    await shrink(proof, 'list-changes', 80, 1),
    await sleepAndWake(proof),
  ];
}

async function shrink(
  { cluster, client, turns, say }: Proof,
  name: string,
  parallel: number,
  fewest: number,
): Promise<Result> {
  const turn = [deedOf(turns.flat(), name)];
  const heavy = startLoad(
    client,
    Array.from({ length: parallel }, () => turn),
    0,
  );
  await until(`${name} has more pods`, () => fewerThan(cluster, name, fewest + 1), 120);
  const most = await podsOf(cluster, name);
  const under = await heavy.end();
  say(`  ${name}: ${most} pods under ${parallel} clients`);
  const light = startLoad(client, [turn], 200);
  await until(`${name} has ${fewest} pods`, () => moreThan(cluster, name, fewest), 300);
  const after = await light.end();
  return {
    name: `${name} shrinks under light load`,
    figures: { 'pods at most': most, 'pods at last': await podsOf(cluster, name) },
    requests: under.requests + after.requests,
    failed: [...under.failed, ...after.failed],
  };
}

async function sleepAndWake({ cluster, client, turns }: Proof): Promise<Result> {
  const deed = deedOf(turns.flat(), 'list-changes');
  await untilAsleep(cluster, ['list-changes']);
  const answer = await client.ask(deed.next());
  const failed = answer.status === deed.status ? [] : [failureOf(deed.function, answer)];
  const figures = { 'first answer ms': Math.round(answer.milliseconds) };
  return { name: 'list-changes to zero and up again', figures, requests: 1, failed };
}

async function podsOf(cluster: Cluster, name: string): Promise<number> {
  return (await cluster.pods()).filter(pod => pod.function === name).length;
}

async function fewerThan(cluster: Cluster, name: string, wanted: number): Promise<string> {
  const ready = (await cluster.pods()).filter(pod => pod.function === name && pod.ready).length;
  return ready < wanted ? `it has ${ready} of ${wanted}` : '';
}

async function moreThan(cluster: Cluster, name: string, wanted: number): Promise<string> {
  const there = await podsOf(cluster, name);
  return there > wanted ? `it has ${there}` : '';
}
