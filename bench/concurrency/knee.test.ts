import { expect, test } from 'vitest';
import { kneeOf } from './knee.ts';

/** Requests a second of a server that has `n` at once and one core, when each waits `waits` ms of others and works `works` ms. */
function simulated(n: number, works: number, waits: number): number {
  const ready = Array.from({ length: n }, () => waits);
  let now = 0;
  let done = 0;
  while (now < 100_000) {
    const next = ready.indexOf(Math.min(...ready));
    now = Math.max(now, ready[next] ?? 0) + works;
    ready[next] = now + waits;
    done += 1;
  }
  return done;
}

test.each([
  [1, 4],
  [2, 3],
  [5, 1],
])('a request that works %d ms and waits %d ms: below it throughput grows, above it no more', (works, waits) => {
  const knee = kneeOf({ processor: works, response: works + waits });
  const below = simulated(Math.floor(knee), works, waits);
  const above = simulated(Math.ceil(knee), works, waits);
  expect(simulated(1, works, waits) * Math.floor(knee)).toBeCloseTo(below, -2);
  expect(simulated(4 * Math.ceil(knee), works, waits)).toBeCloseTo(above, -2);
});
