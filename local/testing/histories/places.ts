/** Where in a task's sequence of versions a request can have been answered as it was. */
import { isDeepStrictEqual } from 'node:util';
import { describe } from './describe.ts';
import { outcomeOf } from './model-task.ts';
import type { Observation } from './observation.ts';
import type { Version } from './sequence.ts';
import type { TaskHistory } from './task-history.ts';
import { Violation } from './violation.ts';

export interface Placed {
  readonly observation: Observation;
  /** The versions, in ascending order, that the task may have had; of a change the one that it made. */
  readonly versions: readonly number[];
  readonly isChange: boolean;
}

/** @throws {Violation} when there is none for an answer */
export function placesOf({ observations, activities }: TaskHistory, sequence: readonly Version[]): Placed[] {
  const made = new Map(sequence.map(({ change, task }) => [change, task.version]));
  return observations.map(observation => {
    const own = made.get(observation);
    if (own !== undefined) return { observation, versions: [own], isChange: true };
    const versions = sequence
      .filter(version => answers(observation, version, activities))
      .map(({ task }) => task.version);
    if (versions.length > 0) return { observation, versions, isChange: false };
    throw new Violation(`the task never was such that this is the answer: ${describe(observation)}`);
  });
}

/** Whether a request that changes nothing is answered so at this version. */
function answers(
  { deed, status, version: etag, body }: Observation,
  { task, body: answer }: Version,
  activities: TaskHistory['activities'],
): boolean {
  if (deed.kind === 'list activities') {
    return status === 200 && isDeepStrictEqual(body?.items, activities.slice(0, task.version).toReversed());
  }
  switch (outcomeOf(deed, task)) {
    case 'unchanged':
      return status === 200 && etag === task.version && isDeepStrictEqual(body, answer);
    case 'not found':
      return status === 404;
    case 'stale':
      return status === 412 && etag === task.version;
    default:
      return false;
  }
}
