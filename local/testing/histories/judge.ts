/** Holds all that was seen of a task against the sequential model. */
import { type CacheCircumstances, expectFreshReads } from './cached-reads.ts';
import { expectOrder } from './order.ts';
import { type Placed, placesOf } from './places.ts';
import { sequenceOf } from './sequence.ts';
import type { TaskHistory } from './task-history.ts';

/** @throws {Violation} for the first thing that no sequence of the requests explains */
export function judge(history: TaskHistory, lost: CacheCircumstances['lost']): void {
  const sequence = sequenceOf(history);
  const placed = placesOf(history, sequence);
  expectOrder(placed.filter(one => !isCached(one)));
  expectFreshReads(placed.filter(isCached), sequence, { emptied: history.emptied, lost });
}

function isCached({ observation: { cache } }: Placed): boolean {
  return cache === 'hit' || cache === 'miss';
}
