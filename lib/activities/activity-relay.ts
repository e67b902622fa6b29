/** The relay as its function opens it: the outbox's two lanes. */
import { cacheVariables, openProcessCache } from '../cache/process-cache.ts';
import { openProcessRedis } from '../cache/process-redis.ts';
import type { Opener, Resource } from '../http/function.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { mongodbVariables, openProcessMongodb } from '../stores/mongodb.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { activityLog } from './activity-log.ts';
import { logBatch } from './log-lane.ts';
import { openMongodbHeart } from './mongodb-heart.ts';
import type { Lane } from './outbox.ts';
import { openRedisGauges } from './redis-gauges.ts';
import { type LaneOptions, openLane } from './relay.ts';
import { openRelayGauges } from './relay-gauges.ts';
import { repairBatch } from './repair-lane.ts';
import { openStoreUp } from './store-up.ts';

export interface ActivityRelay extends Resource {
  readonly relay: {
    /** Moves what waits now. Never rejects: what could not be moved waits for the next pass. */
    pass(): Promise<void>;
  };
}

const variables = { ...postgresqlVariables, ...cacheVariables, ...mongodbVariables };

/** @param keyOf the cache's key of the thing that a row is about */
export function activityRelay(
  keyOf: (tenant: string, taskId: string) => string,
): Opener<typeof variables, ActivityRelay> {
  return {
    variables,
    open(environment, telemetry) {
      const db = openPostgresql(environment, telemetry);
      const cache = openProcessCache(environment, telemetry);
      const redis = openProcessRedis(environment, telemetry);
      const mongo = openProcessMongodb(environment, telemetry);

      const repair = { cache, keyOf, ttlSeconds: environment.CACHE_TTL_SECONDS };
      const batches: [Lane, LaneOptions['batch']][] = [['repaired', repairBatch(db, repair)]];
      if (mongo) batches.push(['logged', logBatch(db, activityLog(mongo), telemetry)]);
      const failures = laneFailures(telemetry);
      const lanes = batches.map(([lane, batch]) => openLane({ batch, onEnd: failures(lane) }));
      const heart = openMongodbHeart(db, mongo, telemetry);

      const tellUp = openStoreUp(telemetry.metrics);
      const moved = batches.map(([lane]) => lane);
      openRelayGauges(db, moved, tellUp, telemetry);
      if (redis) openRedisGauges(redis, tellUp, telemetry.metrics);
      telemetry.metrics.beforeExposition(() => {
        const state = heart.state();
        if (state === 'up' || state === 'down') tellUp('mongodb', state);
      });

      return {
        relay: { pass: async () => void (await Promise.all(lanes.map(lane => lane.pass()))) },
        async close() {
          heart.close();
          await Promise.all(lanes.map(lane => lane.close()));
          await Promise.all([db.close(), cache.close(), redis?.close(), mongo?.close()]);
        },
      };
    },
  };
}

/** Milliseconds between two lines of the log on passes that go on failing. */
const toldEvery = 60_000;

/** Each failed pass is counted; the log has the first of a row, one each minute, and its end. */
function laneFailures({ log, metrics }: Telemetry): (lane: Lane) => (failure: unknown) => void {
  const failures = metrics.counter('relay_failures_total', 'Passes of the relay that failed.', ['lane']);
  return lane => {
    failures.inc({ lane }, 0);
    let toldAt: number | undefined;
    const fail = (error: unknown) => {
      failures.inc({ lane });
      const told = toldAt !== undefined && performance.now() - toldAt < toldEvery;
      if (!told) toldAt = performance.now();
      log[told ? 'debug' : 'warn']({ error, lane }, 'relay pass failed');
    };
    return failure => {
      if (failure !== undefined) return fail(failure);
      if (toldAt !== undefined) log.info({ lane }, 'relay passes again');
      toldAt = undefined;
    };
  };
}
