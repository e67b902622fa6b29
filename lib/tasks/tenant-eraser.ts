/** Erases a tenant from every store, and shows that nothing is left. */
import { setTimeout as pause } from 'node:timers/promises';
import { activityLog } from '../activities/activity-log.ts';
import { forgetKeys } from '../cache/forget.ts';
import { openProcessRedis, redisVariables } from '../cache/process-redis.ts';
import type { Opener, Resource } from '../http/function.ts';
import { Busy } from '../stores/busy.ts';
import { inTurn } from '../stores/exclusion.ts';
import { longestOperation, mongodbVariables, openProcessMongodb } from '../stores/mongodb.ts';
import { objectsVariables, openObjects } from '../stores/open-objects.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { allHaveSeenTheMark, eraseRows, markErased, rowsOf } from './erasure.ts';
import { recordErasure } from './erasure-ledger.ts';
import { taskKey } from './task-key.ts';

/** What is left of a tenant; undefined for a store that there is none of, or that did not answer. */
export interface Remains {
  readonly postgresql: number;
  readonly redis: number | undefined;
  readonly mongodb: number | undefined;
}

export interface TenantEraser extends Resource {
  /**
   * Refuses the tenant's writes, waits until all have ended that began before, deletes in all stores. What older backups
   * hold is erased again when one is restored: for that, the erasure is recorded beside them.
   *
   * @param passesEndWithin milliseconds that a pass of the relay may take which began before the mark
   * @throws {Busy} @throws {Unavailable} when a store is out of reach: it is to be run again, and takes up where it ended
   */
  erase(tenant: string, passesEndWithin?: number): Promise<Remains>;
}

const variables = { ...postgresqlVariables, ...redisVariables, ...mongodbVariables, ...objectsVariables };

/** Milliseconds to wait for a backup or a clean-up. */
const patience = 10 * 60_000;

export const tenantEraser: Opener<typeof variables, TenantEraser> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const redis = openProcessRedis(environment, telemetry);
    const mongo = openProcessMongodb(environment, telemetry);
    const log = mongo && activityLog(mongo);
    const objects = openObjects(environment);

    async function record(tenant: string, erased_at: string): Promise<void> {
      if (objects) return recordErasure(objects, { tenant, erased_at });
      telemetry.log.warn('no BACKUP_BUCKET or BACKUP_DIR: a restored backup brings back what it holds of the tenant');
    }

    async function untilAllHaveSeenTheMark(tenant: string): Promise<void> {
      const until = performance.now() + patience;
      while (!(await allHaveSeenTheMark(db, tenant))) {
        if (performance.now() > until) throw new Busy('a transaction that began before the mark is still open');
        await pause(100);
      }
    }

    async function eraseEverywhere(tenant: string): Promise<void> {
      await eraseRows(db, tenant);
      await log?.forgetTenant(tenant);
      if (redis) await forgetKeys(redis, taskKey(tenant, ''));
    }

    return {
      erase: (tenant, passesEndWithin = longestOperation) =>
        inTurn({ databaseUrl: environment.DATABASE_URL, name: 'task-manager erase-tenant', patience }, async () => {
          await record(tenant, await markErased(db, tenant));
          await untilAllHaveSeenTheMark(tenant);
          // Rows that a pass of the relay has read already may still be on their way to the log.
          await pause(passesEndWithin);
          await eraseEverywhere(tenant);
          // Once more: a reader may have filled the cache with what it read just before.
          await eraseEverywhere(tenant);
          return {
            postgresql: await rowsOf(db, tenant),
            redis: redis && (await forgetKeys(redis, taskKey(tenant, ''))),
            mongodb: await log?.countTenant(tenant),
          };
        }),
      close: async () => void (await Promise.all([db.close(), redis?.close(), mongo?.close()])),
    };
  },
};
