/** How late the event loop is: the time that whatever comes in waits for what is being done. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Seconds. */
export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds between two looks. At 10 an idle process wakes twice as often. */
const resolution = 20;

/** Milliseconds that are told at least, so that a second reader does not take them from the first. */
const window = 10_000;

let monitor: ReturnType<typeof monitorEventLoopDelay> | undefined;
let began = 0;

/** Of the whole process, since the last time that it was asked; but not only of the last few seconds. */
export function eventLoopLag(): () => Lag {
  if (!monitor) {
    monitor = monitorEventLoopDelay({ resolution });
    monitor.enable();
    began = performance.now();
  }
  const histogram = monitor;
  return () => {
    const lag = { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
    if (performance.now() - began > window) {
      histogram.reset();
      began = performance.now();
    }
    return lag;
  };
}

/** Nanoseconds from one look to the next, as seconds beyond what was meant. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolution / 1e3);
}
