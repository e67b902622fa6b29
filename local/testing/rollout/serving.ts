/** Which revisions take requests now. */
import type { Revision } from '../revision.ts';

export interface Serving {
  all(): readonly [Revision, ...Revision[]];
  /** Those of them that know the estimate. */
  newer(): readonly Revision[];
}

export function anyOf({ all }: Serving): Revision {
  return oneOf(all());
}

export function oneOf<T>(all: readonly [T, ...T[]]): T;
export function oneOf<T>(all: readonly T[]): T | undefined;
export function oneOf<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(Math.random() * all.length)];
}
