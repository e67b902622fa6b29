/** The clean-up as its function opens it. */
import * as z from 'zod/mini';
import { activityLog } from '../activities/activity-log.ts';
import { nudgeVariables, openNudge } from '../activities/nudge.ts';
import { wholeNumber } from '../environment.ts';
import type { Opener, Resource } from '../http/function.ts';
import { inTurn } from '../stores/exclusion.ts';
import { beat } from '../stores/heartbeat.ts';
import { cleanUpHeartbeat } from '../stores/job-heartbeats.ts';
import { mongodbVariables, openProcessMongodb } from '../stores/mongodb.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { eraseRows, recentlyErased } from './erasure.ts';
import { forgetTombstones, oldTombstones, purgeIdempotencyKeys, purgeTrash } from './purge.ts';

export interface Cleaner extends Resource {
  /**
   * Ends all that is due; may be run at any time, twice at once, and again after it was cut off.
   *
   * @param requestId of the activities of what is purged
   * @throws {Busy} while there is a backup or an erasure: neither may see the activities of a task end before the task
   */
  clean(requestId: string): Promise<void>;
}

/** Milliseconds to wait for another job: for another clean-up, not for a backup. */
const patience = 5_000;

const variables = {
  ...postgresqlVariables,
  ...mongodbVariables,
  ...nudgeVariables,
  TRASH_DAYS: z._default(wholeNumber(0, 36_500), 30),
};

export const cleaner: Opener<typeof variables, Cleaner> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const mongo = openProcessMongodb(environment, telemetry);
    const log = mongo && activityLog(mongo);
    const nudge = openNudge(environment, telemetry);

    /** What a store carried out late, after the erasure had passed. */
    async function eraseAgain(): Promise<void> {
      for (const tenant of await recentlyErased(db)) {
        await eraseRows(db, tenant);
        await log?.forgetTenant(tenant);
      }
    }

    async function endTombstones(): Promise<number> {
      const old = await oldTombstones(db, log ? 'in the log' : 'in the outbox');
      // The log first: a tombstone is what makes the next run find them.
      await log?.forget(old);
      await forgetTombstones(db, old);
      return old.length;
    }

    return {
      clean: requestId =>
        inTurn(
          { databaseUrl: environment.DATABASE_URL, name: 'task-manager clean-up', patience },
          async ({ confirm }) => {
            const trash = { days: environment.TRASH_DAYS, requestId };
            const purged = await untilNone(() => purgeTrash(db, trash));
            if (purged > 0) nudge.send();
            const keys = await untilNone(() => purgeIdempotencyKeys(db));
            const tombstones = await untilNone(() => confirm().then(endTombstones));
            await confirm();
            await eraseAgain();
            const cleaned = { purged, keys, tombstones };
            await beat(db, cleanUpHeartbeat, cleaned);
            telemetry.log.info(cleaned, 'cleaned up');
          },
        ),
      async close() {
        nudge.close();
        await Promise.all([db.close(), mongo?.close()]);
      },
    };
  },
};

/** @returns how many in all */
async function untilNone(batch: () => Promise<number>): Promise<number> {
  let all = 0;
  for (let some = await batch(); some > 0; some = await batch()) all += some;
  return all;
}
