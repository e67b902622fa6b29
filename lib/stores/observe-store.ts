/** The one place through which functions call their stores: each call is timed, and told by its store when it fails. */
import type { FailureReason } from '../observability/metrics.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { Store } from './store.ts';
import { TenantErased } from './tenant-erased.ts';
import { TooSlow, Unavailable } from './unavailable.ts';

/** Makes one call to a store: a statement, a command, an operation. What it throws is thrown on. */
export type ObserveCall = <T>(call: () => Promise<T>) => Promise<T>;

export function observeStore({ metrics }: Telemetry, store: Store): ObserveCall {
  const calls = metrics.storeCalls(store);
  return async call => {
    const began = performance.now();
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TenantErased)) calls.failed(reasonOf(error)); // that one is an answer
      throw error;
    } finally {
      calls.took((performance.now() - began) / 1_000);
    }
  };
}

/** For who is asked for no metrics: a job, a test. */
export const unobserved: ObserveCall = call => call();

function reasonOf(error: unknown): FailureReason {
  if (error instanceof Unavailable) return 'unavailable';
  return error instanceof TooSlow ? 'too_slow' : 'other';
}
