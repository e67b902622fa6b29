/** What every part of a function may report to: its log and its metrics. */
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface Telemetry {
  readonly log: Logger;
  readonly metrics: Metrics;
}
