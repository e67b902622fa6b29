/** How long a process took until it was of use. Knative has no metric of it. */
import type { Metrics } from './metrics.ts';

export interface ColdStart {
  /** Both ports are open. */
  listens(): void;
  /**
   * A request was answered; only the first counts, and not the time in which nobody asked.
   *
   * @param seconds that it took
   */
  answered(seconds: number): void;
}

export function observeColdStart(metrics: Metrics): ColdStart {
  const help = 'Time that a process took to a phase of its start; the wait for a first request is none.';
  const duration = metrics.gauge('cold_start_duration_seconds', help, ['phase']);
  let listening = 0;
  let hasAnswered = false;
  return {
    listens() {
      listening = performance.now() / 1_000;
      duration.set({ phase: 'listening' }, listening);
    },
    answered(seconds) {
      if (hasAnswered) return;
      hasAnswered = true;
      duration.set({ phase: 'first_answer' }, listening + seconds);
    },
  };
}
