/**
 * Linearizability of what PostgreSQL answered: a request that was sent after another was answered sees no older version,
 * and a change makes a newer one. Each version is made once, so that looking at two requests at a time is enough.
 */
import { describe } from './describe.ts';
import type { Placed } from './places.ts';
import { Violation } from './violation.ts';

/** @throws {Violation} */
export function expectOrder(placed: readonly Placed[]): void {
  for (const one of placed) {
    const { lowest, highest } = boundsOf(one, placed);
    if (one.versions.some(version => version >= lowest && version <= highest)) continue;
    throw new Violation(
      `by what was answered before it and asked after it this is of version ${lowest} to ${highest}, ` +
        `and not of ${one.versions.join(' or ')}: ${describe(one.observation)}`,
    );
  }
}

/** By those of which it is known at which version they were answered. */
function boundsOf(
  { observation, isChange }: Placed,
  placed: readonly Placed[],
): { readonly lowest: number; readonly highest: number } {
  const known = placed.flatMap(({ versions: [version, ...more], ...other }) =>
    version === undefined || more.length > 0 ? [] : [{ ...other, version }],
  );
  const before = known.filter(other => other.observation.ended < observation.began);
  const after = known.filter(other => other.observation.began > observation.ended);
  return {
    lowest: Math.max(1, ...before.map(({ version }) => version + (isChange ? 1 : 0))),
    highest: Math.min(...after.map(other => other.version - (other.isChange ? 1 : 0))),
  };
}
