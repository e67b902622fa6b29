/** The stores that a way back in time ends in, as a job opens them. */
import { activityLog } from '../activities/activity-log.ts';
import { openProcessRedis, redisVariables } from '../cache/process-redis.ts';
import type { Environment } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { mongodbVariables, withMongodb } from '../stores/mongodb.ts';
import { objectsVariables } from '../stores/open-objects.ts';
import { postgresqlVariables } from '../stores/postgresql.ts';
import type { Target } from './restore.ts';

export const targetVariables = {
  ...postgresqlVariables,
  ...redisVariables,
  ...mongodbVariables,
  ...objectsVariables,
};

export function withTarget<T>(
  environment: Environment<typeof targetVariables>,
  telemetry: Telemetry,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  return withMongodb(environment, async mongo => {
    const redis = openProcessRedis(environment, telemetry);
    try {
      return await work({ databaseUrl: environment.DATABASE_URL, log: mongo && activityLog(mongo), redis });
    } finally {
      await redis?.close();
    }
  });
}
