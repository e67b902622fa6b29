/** The relay as its function opens it: the outbox's two lanes. */
import { cacheVariables, openProcessCache } from '../cache/process-cache.ts';
import type { Opener, Resource } from '../http/function.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { type Mongo, mongodbVariables, openMongodb } from '../stores/mongodb.ts';
import { openPostgresql, postgresqlVariables, type Queryable } from '../stores/postgresql.ts';
import { activityLog } from './activity-log.ts';
import { openMongodbHeart } from './mongodb-heart.ts';
import { type Lane, park, type WaitingRow } from './outbox.ts';
import { type LaneWork, openLane } from './relay.ts';

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
      const mongo = environment.MONGODB_URL === undefined ? undefined : openMongodb(environment.MONGODB_URL);

      const repair: LaneWork = async rows => {
        const keys = rows.map(({ tenant, task_id, version }) => ({ key: keyOf(tenant, task_id), version }));
        if (await cache.repair(keys)) return rows.map(({ id }) => id);
        return rows.filter(outlived(environment.CACHE_TTL_SECONDS)).map(({ id }) => id);
      };
      const failures = laneFailures(telemetry);
      const works: [Lane, LaneWork][] = [['repaired', repair]];
      if (mongo) works.push(['logged', logWork(db, mongo, telemetry)]);
      const lanes = works.map(([lane, work]) => openLane({ db, lane, work, onError: failures(lane) }));
      const heart = openMongodbHeart(db, mongo, telemetry);

      return {
        relay: { pass: async () => void (await Promise.all(lanes.map(lane => lane.pass()))) },
        async close() {
          heart.close();
          await Promise.all(lanes.map(lane => lane.close()));
          await Promise.all([db.close(), cache.close(), mongo?.close()]);
        },
      };
    },
  };
}

/** Without an answer from Redis, a row needs no repair once everything that was cached before it has expired. */
function outlived(ttlSeconds: number): (row: WaitingRow) => boolean {
  return ({ age }) => age > ttlSeconds + 10;
}

function logWork(db: Queryable, mongo: Mongo, { log: report, metrics }: Telemetry): LaneWork {
  const log = activityLog(mongo);
  const parked = metrics.counter('activities_parked_total', 'Activities that the log refused for good.', []);
  let prepared = false;

  return async rows => {
    if (!prepared) await log.prepare();
    prepared = true;
    const refusals = await log.append(rows.map(({ age, ...activity }) => activity));
    for (const { id, reason } of refusals) {
      await park(db, id, reason);
      parked.inc();
      report.error({ activity: id, reason }, 'activity parked');
    }
    const refused = new Set(refusals.map(({ id }) => id));
    return rows.map(({ id }) => id).filter(id => !refused.has(id));
  };
}

function laneFailures({ log, metrics }: Telemetry): (lane: Lane) => (error: unknown) => void {
  const failures = metrics.counter('relay_failures_total', 'Passes of the relay that failed.', ['lane']);
  return lane => error => {
    failures.inc({ lane });
    log.warn({ error, lane }, 'relay pass failed');
  };
}
