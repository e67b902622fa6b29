/** Whether the stores answer, as the relay sees it: it is always there, and asks all of them. */
import type { Metrics } from '../observability/metrics.ts';
import type { Store } from '../stores/store.ts';

export type TellUp = (store: Store, state: 'up' | 'down') => void;

/** A store that is never told of has no series. */
export function openStoreUp(metrics: Metrics): TellUp {
  const up = metrics.gauge('store_up', '1 while a store answers the relay.', ['store']);
  return (store, state) => up.set({ store }, state === 'up' ? 1 : 0);
}
