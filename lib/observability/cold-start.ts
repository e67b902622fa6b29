/** How long a process took until it was of use. Knative has no metric of it. */
import type { Metrics } from './metrics.ts';

/** Both ports listen; the function, not a probe, has answered. */
export type ColdStartPhase = 'listening' | 'first_answer';

/** @returns to be told when a phase is reached; only the first time counts */
export function observeColdStart(metrics: Metrics): (phase: ColdStartPhase) => void {
  const help = 'Time from the beginning of the process to the end of a phase of its start.';
  const duration = metrics.gauge('cold_start_duration_seconds', help, ['phase']);
  const reached = new Set<ColdStartPhase>();
  return phase => {
    if (reached.has(phase)) return;
    reached.add(phase);
    duration.set({ phase }, performance.now() / 1_000);
  };
}
