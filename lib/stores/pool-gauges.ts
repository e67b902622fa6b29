/** How much of its pool of connections a function uses. */
import type { Metrics } from '../observability/metrics.ts';

/** The counts of a pg.Pool. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

export function openPoolGauges(pool: Pool, metrics: Metrics): void {
  const store = 'postgresql';
  const connections = metrics.gauge('store_connections', 'Connections of the pool, by what they do.', [
    'store',
    'state',
  ]);
  const waiting = metrics.gauge('store_connections_waiting', 'Callers that wait for a connection of the pool.', [
    'store',
  ]);
  const max = metrics.gauge('store_connections_max', 'Connections that the pool may have.', ['store']);
  metrics.beforeExposition(() => {
    connections.set({ store, state: 'active' }, pool.totalCount - pool.idleCount);
    connections.set({ store, state: 'idle' }, pool.idleCount);
    waiting.set({ store }, pool.waitingCount);
    max.set({ store }, pool.options.max);
  });
}
