/** What the lost activities of a task did, as far as its way into the trash and out of it tells. */
import type { Action, LoggedActivity } from '../activities/activity.ts';

interface Hole {
  readonly first: number;
  readonly last: number;
}

/**
 * Between the states before and after it, a hole has as many updates as there can have been.
 *
 * @param known the activities that are there, by their versions
 * @param end what the last version left: whether the task is in the trash, or that it was purged
 * @returns the action of each version that is not there
 */
export function lostActions(
  known: ReadonlyMap<number, LoggedActivity>,
  newest: number,
  end: boolean | 'purged',
): Map<number, Action> {
  const actions = new Map<number, Action>();
  for (const hole of holesIn(known, newest)) {
    const next = known.get(hole.last + 1);
    const sides = { from: known.get(hole.first - 1)?.action === 'deleted', to: next ? isOfTrash(next) : end };
    for (const [version, action] of actionsIn(hole, sides)) actions.set(version, action);
  }
  return actions;
}

/** Whether it is done to a task in the trash. */
function isOfTrash({ action }: LoggedActivity): boolean {
  return action === 'restored' || action === 'purged';
}

/** @param sides whether the task is in the trash before the hole, and after it */
function actionsIn(
  { first, last }: Hole,
  { from, to }: { from: boolean; to: boolean | 'purged' },
): Map<number, Action> {
  const actions = new Map<number, Action>();
  for (let version = first; version <= last; version += 1) actions.set(version, version === 1 ? 'created' : 'updated');
  if (to === 'purged') actions.set(last, 'purged');
  const moves = { first: Math.max(first, 2), last: to === 'purged' ? last - 1 : last };
  if (moves.first > moves.last) return actions;
  if (from) actions.set(moves.first, 'restored');
  if (to) actions.set(moves.last, 'deleted');
  return actions;
}

function* holesIn(known: ReadonlyMap<number, LoggedActivity>, newest: number): Generator<Hole> {
  let first: number | undefined;
  for (let version = 1; version <= newest + 1; version += 1) {
    const isLost = version <= newest && !known.has(version);
    if (isLost) first ??= version;
    if (isLost || first === undefined) continue;
    yield { first, last: version - 1 };
    first = undefined;
  }
}
