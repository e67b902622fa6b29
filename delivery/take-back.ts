/**
 * Gives a function's traffic back to a revision that had it. First by its name, which takes effect at once; then its template
 * becomes the Service's again, as a new revision; when that is ready, traffic goes by the newest again. So a Service is left
 * as every other one: the next `kubectl apply` does what it says. Were the name left in `spec.traffic`, the next release
 * would be made and get no traffic; were it taken out while the bad template is the newest, the bad one would serve.
 */
import type { Cluster, FunctionState } from './cluster.ts';
import { notes } from './deployed-notes.ts';
import { until } from './until.ts';

/** @param seconds of patience until the template that is restored is ready; the revision serves meanwhile */
export async function takeBack(
  cluster: Cluster,
  name: string,
  revision: string,
  { seconds, say }: { readonly seconds: number; say(line: string): void },
): Promise<void> {
  say(`${name}: traffic goes back to ${revision}`);
  const { annotations } = await stateOf(cluster, name);
  // It is known of the revision before alone.
  const commit = annotations[notes.before] === revision ? annotations[notes.commitBefore] : undefined;
  await cluster.annotate(name, {
    [notes.state]: 'taking-back',
    [notes.before]: revision,
    [notes.commitBefore]: commit,
  });
  await cluster.patch(name, [traffic({ revisionName: revision, percent: 100 })]);
  const { created, readied } = await stateOf(cluster, name);
  if (created !== revision || readied !== revision) {
    await cluster.patch(name, [{ op: 'replace', path: '/spec/template', value: await cluster.templateOf(revision) }]);
    await until(`the template of ${revision} is ready again`, () => notReadied(cluster, name), seconds);
  }
  await cluster.patch(name, [onNewest]);
  await cluster.annotate(name, {
    [notes.state]: 'taken-back',
    [notes.before]: undefined,
    [notes.commitBefore]: undefined,
    [notes.commit]: commit,
  });
}

const traffic = (...targets: readonly object[]) => ({ op: 'replace', path: '/spec/traffic', value: targets }) as const;

export const onNewest = traffic({ latestRevision: true, percent: 100 });

export async function stateOf(cluster: Pick<Cluster, 'functions'>, name: string): Promise<FunctionState> {
  const found = (await cluster.functions()).find(each => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

async function notReadied(cluster: Cluster, name: string): Promise<string> {
  const state = await stateOf(cluster, name);
  return state.made ? '' : state.reason;
}
