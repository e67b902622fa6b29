/**
 * What the cache promises of answers that are marked `hit` or `miss`: none is older than one that was given before it was
 * asked for, nor than a change that was acknowledged by then, and put into the cache.
 */
import { describe } from './describe.ts';
import type { Interval, Observation } from './observation.ts';
import type { Placed } from './places.ts';
import type { Version } from './sequence.ts';
import { Violation } from './violation.ts';

export interface CacheCircumstances {
  /** When the task's key was taken out of Redis. */
  readonly emptied: readonly Interval[];
  /** Whether Redis may not have taken what this change put. */
  lost(change: Observation): boolean;
}

/** @throws {Violation} */
export function expectFreshReads(
  reads: readonly Placed[],
  sequence: readonly Version[],
  circumstances: CacheCircumstances,
): void {
  const known = sequence
    .filter(({ change }) => !circumstances.lost(change))
    .map(({ change, task }) => ({ ended: change.ended, version: task.version }));
  const inOrder = reads.toSorted((one, other) => one.observation.began - other.observation.began);

  for (const { observation, versions } of inOrder) {
    const before = known.filter(({ ended }) => ended < observation.began).map(({ version }) => version);
    const lowest = Math.max(1, ...before);
    const committed = sequence.filter(({ change }) => change.began < observation.ended);
    const highest = Math.max(0, ...committed.map(({ task }) => task.version));
    const version = versions.find(candidate => candidate >= lowest && candidate <= highest);
    if (version !== undefined) {
      known.push({ ended: observation.ended, version });
      continue;
    }
    if (versions.some(candidate => cameLate(sequence[candidate - 1], circumstances))) continue;
    throw new Violation(
      `version ${lowest} was known when this was asked for, and version ${highest} the highest when it was answered; ` +
        `it is of ${versions.join(' or ')}: ${describe(observation)}`,
    );
  }
}

/** How late a put may still be taken. */
const LATE_MS = 1_000;

/**
 * Whether the version may have been put into a key that had just been emptied, and so had forgotten what is newer. Redis
 * itself evicts no key that was used within the time in which a put may be late; we do.
 */
function cameLate(version: Version | undefined, { emptied, lost }: CacheCircumstances): boolean {
  if (!version) return false;
  const { began, ended } = version.change;
  const until = ended + (lost(version.change) ? LATE_MS : 0);
  return emptied.some(empty => began < empty.ended && empty.began < until);
}
