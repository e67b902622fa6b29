/** Whether the activities of a task tell what it is. */
import { isWhole } from './agreement.ts';
import { replay, tells } from './replay.ts';
import type { History } from './task-activities.ts';

/** @param text the task's JSON; undefined for a tombstone @returns what is wrong, as the rest of a sentence */
export function faultIn(history: History, text: string | undefined): string | undefined {
  if (!isWhole(history)) return 'has not exactly one activity for each version';
  const replayed = replay(history.activities);
  if (text === undefined)
    return replayed?.purged ? undefined : 'is a tombstone, but its activities do not end with its purge';
  return replayed && tells(replayed, JSON.parse(text)) ? undefined : 'is not what its activities tell';
}
