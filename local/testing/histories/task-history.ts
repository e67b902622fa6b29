/** All that was seen of one task. */
import type { Body, Interval, Observation } from './observation.ts';

export interface TaskHistory {
  readonly observations: readonly Observation[];
  /** As they are told in the end, the oldest first. */
  readonly activities: readonly Body[];
  /** When its key was taken out of Redis. */
  readonly emptied: readonly Interval[];
}
