/** A revision that never becomes ready gets no traffic, and the next good one does. */
import type { Cluster, FunctionState, Operation } from '../../delivery/cluster.ts';
import { until } from '../../delivery/until.ts';
import { startLoad } from './load.ts';
import type { Proof, Result } from './proof.ts';

const target = 'get-task';
/** Knative's own is ten minutes. */
const deadline = '/spec/template/metadata/annotations/serving.knative.dev~1progress-deadline';
const container = '/spec/template/spec/containers/0';

export async function badRevisions(proof: Proof): Promise<Result[]> {
  const { image } = await stateOf(proof.cluster);
  const elsewhere = `${image.replace(/[:@][^/]*$/, '')}-that-is-not-there:local`;
  return [
    await isHeldBack(
      proof,
      'an image that is not there',
      [{ op: 'replace', path: `${container}/image`, value: elsewhere }],
      [{ op: 'replace', path: `${container}/image`, value: image }],
    ),
    await isHeldBack(
      proof,
      'a process that ends at once',
      [{ op: 'add', path: `${container}/command`, value: ['node', '-e', 'process.exit(1)'] }],
      [{ op: 'remove', path: `${container}/command` }],
    ),
  ];
}

async function isHeldBack(
  { cluster, client, turns, say }: Proof,
  what: string,
  breaking: readonly Operation[],
  healing: readonly Operation[],
): Promise<Result> {
  const good = (await stateOf(cluster)).created;
  const asking = turns.filter(turn => turn.some(deed => deed.function === target));
  const load = startLoad(client, asking, 20);
  const begun = performance.now();
  await cluster.patch(target, [...breaking, { op: 'add', path: deadline, value: '60s' }]);
  try {
    await until('the bad revision is refused', () => notRefused(cluster, good), 700);
  } finally {
    await cluster.patch(target, [...healing, { op: 'remove', path: deadline }]);
  }
  const refused = Math.round((performance.now() - begun) / 1_000);
  say(`  ${what}: refused after ${refused} s`);
  await until('a good revision has all traffic', () => notHealed(cluster, good), 700);
  const { requests, failed } = await load.end();
  return { name: what, figures: { 'refused after s': refused }, requests, failed };
}

async function stateOf(cluster: Cluster): Promise<FunctionState> {
  const found = (await cluster.functions()).find(({ name }) => name === target);
  if (found === undefined) throw new Error(`there is no ${target}`);
  return found;
}

async function notRefused(cluster: Cluster, good: string): Promise<string> {
  const { refused, reason, traffic } = await stateOf(cluster);
  const elsewhere = traffic.filter(({ revision, percent }) => percent > 0 && revision !== good);
  if (elsewhere.length > 0) throw new Error(`${elsewhere[0]?.revision} has traffic, and is bad`);
  return refused ? '' : reason;
}

async function notHealed(cluster: Cluster, good: string): Promise<string> {
  const { ready, reason, created, traffic } = await stateOf(cluster);
  const moved = created !== good && traffic.every(({ revision, percent }) => percent === 0 || revision === created);
  return ready && moved ? '' : reason;
}
