import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { eventLoopLag } from './event-loop-lag.ts';

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('what keeps the loop busy is told, to a second reader too, and forgotten after a while', async () => {
  const lag = eventLoopLag();
  await pause(100); // the monitor has looked
  block(300);
  await expect.poll(() => lag().max).toBeGreaterThan(0.2);
  expect(lag().max).toBeGreaterThan(0.2);
  expect(eventLoopLag()().max).toBeGreaterThan(0.2);
  expect(lag().p50).toBeLessThan(0.1);

  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 60_000);
  expect(lag().max).toBeGreaterThan(0.2);
  expect(lag()).toEqual({ p50: 0, p99: 0, max: 0 });
});
