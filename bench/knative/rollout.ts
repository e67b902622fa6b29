/**
 * A release under load, which nobody who asks notices. A function's revision is made when that of the one before it is ready,
 * so that a small cluster does not start them all at once; their traffic moves side by side.
 */

import type { Client } from '../../delivery/client.ts';
import { type Cluster, type FunctionState, type Pod, revisionChange } from '../../delivery/cluster.ts';
import { until } from '../../delivery/until.ts';
import { type Failed, startLoad } from './load.ts';
import type { Proof, Result } from './proof.ts';
import { startTimeline, type Timeline } from './timeline.ts';

/** Milliseconds between a worker's requests. */
const rest = 10;

/** @param names of the functions that get a new revision: those that the gateway reaches are under load */
export async function rollout({ cluster, client, turns, say }: Proof, names: readonly string[]): Promise<Result> {
  const asked = turns.filter(turn => turn.some(deed => names.includes(deed.function)));
  // What a cold start takes is another part's figure.
  for (const deed of asked.flat()) await client.ask(deed.next());
  const changesBefore = await settledChanges(client);
  const before = await stateOf(cluster, names);
  const load = startLoad(client, asked, rest);
  const timeline = startTimeline(cluster);
  const begun = performance.now();
  for (const { name, created } of before) {
    await cluster.patch(name, [revisionChange()]);
    await until(`the next revision of ${name} is ready`, () => notReadied(cluster, name, created), 600);
  }
  await until('traffic is on the new revisions', () => notMoved(cluster, before), 900);
  const moved = (performance.now() - begun) / 1_000;
  say(`  traffic has moved after ${moved.toFixed(0)} s`);
  await until('the old revisions have no pods', () => stillThere(cluster, before), 900);
  const gone = (performance.now() - begun) / 1_000;
  const { failed, requests, tallies, changes } = await load.end();
  await timeline.end();
  for (const tally of tallies) say(`  ${Object.values(tally).join('  ')}`);
  const logged = (await settledChanges(client)) - changesBefore;
  return {
    name: `rollout of ${names.length} functions`,
    figures: {
      'moved after s': Math.round(moved),
      'old pods gone after s': Math.round(gone),
      'changes answered well': changes,
      'activities logged': logged,
      'longest ms': Math.max(...tallies.map(({ longest }) => longest)),
    },
    requests,
    failed: [...failed.map(each => withRevisions(each, timeline)), ...miscounted(changes, logged, failed.length)],
  };
}

async function stateOf(cluster: Cluster, names: readonly string[]): Promise<readonly FunctionState[]> {
  return (await cluster.functions()).filter(({ name }) => names.includes(name));
}

async function notReadied(cluster: Cluster, name: string, before: string): Promise<string> {
  const state = (await cluster.functions()).find(each => each.name === name);
  return state && state.created !== before && state.created === state.readied
    ? ''
    : (state?.reason ?? 'it is not there');
}

async function notMoved(cluster: Cluster, before: readonly FunctionState[]): Promise<string> {
  const states = await stateOf(
    cluster,
    before.map(({ name }) => name),
  );
  const waiting = states.filter(
    ({ name, ready, created, traffic }) =>
      !ready ||
      before.some(each => each.name === name && each.created === created) ||
      traffic.some(({ revision, percent }) => percent > 0 && revision !== created),
  );
  return waiting.map(({ name, reason }) => `${name} (${reason})`).join(', ');
}

async function stillThere(cluster: Cluster, before: readonly FunctionState[]): Promise<string> {
  const old = new Set(before.map(({ created }) => created));
  return (await cluster.pods())
    .filter(({ revision }: Pod) => old.has(revision))
    .map(({ name }) => name)
    .join(', ');
}

/** How many changes the summary counts: each change that was answered well is to be in it once. */
async function changesIn(client: Client): Promise<number> {
  const { status, text } = await client.ask({ method: 'GET', path: '/api/activities/summary?days=2' });
  if (status !== 200) throw new Error(`the summary is not to be had: ${status} ${text}`);
  const { days }: { days: readonly { readonly count: number }[] } = JSON.parse(text);
  return days.reduce((sum, { count }) => sum + count, 0);
}

/** When the log has not grown for five looks: the relay passes each second while something waits. */
async function settledChanges(client: Client): Promise<number> {
  const looks: number[] = [];
  await until(
    'the log has stopped growing',
    async () => {
      looks.push(await changesIn(client));
      const last = looks.slice(-5);
      return last.length === 5 && new Set(last).size === 1 ? '' : `it has ${last.at(-1)}`;
    },
    120,
  );
  return looks.at(-1) ?? 0;
}

/** Each change once; of one that was not answered well nobody knows whether it was made. */
function miscounted(changes: number, logged: number, unknown: number): Failed[] {
  if (logged >= changes && logged <= changes + unknown) return [];
  const text = `${changes} changes were answered well, ${logged} are in the log`;
  return [{ at: new Date().toISOString(), function: 'relay-activities', status: 0, text, milliseconds: 0 }];
}

function withRevisions(failed: Failed, timeline: Timeline): Failed {
  return { ...failed, text: `${failed.text} [${timeline.at(failed.function, failed.at)}]` };
}
