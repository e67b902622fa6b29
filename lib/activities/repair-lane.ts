/** The lane to the cache: whatever a writer could not tell it of a change, it learns here. */
import type { CacheAside } from '../cache/cache-aside.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { passLane, rowsToRepair, type VersionToRepair } from './outbox.ts';
import type { LaneOptions } from './relay.ts';

export interface RepairOptions {
  readonly cache: CacheAside;
  /** The cache's key of the thing that a row is about. */
  readonly keyOf: (tenant: string, taskId: string) => string;
  /** How long the cache keeps what it knows. */
  readonly ttlSeconds: number;
}

export function repairBatch(db: Queryable, { cache, keyOf, ttlSeconds }: RepairOptions): LaneOptions['batch'] {
  /** Without an answer from Redis, a row needs no repair once everything that was cached before it has expired. */
  const outlived = ({ age }: VersionToRepair) => age > ttlSeconds + 10;

  return async () => {
    const { rows, more } = await rowsToRepair(db);
    if (rows.length === 0) return 'none';
    const floors = rows.map(({ tenant, task_id, version, age }) => ({ key: keyOf(tenant, task_id), version, age }));
    const through = (await cache.repair(floors)) ? rows : rows.filter(outlived);
    if (through.length === 0) return 'stuck';
    const ids = through.map(({ id }) => id);
    await passLane(db, 'repaired', ids);
    return more || through.length < rows.length ? 'more' : 'none';
  };
}
