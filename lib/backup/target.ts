/** The stores that a way back in time ends in, as a job opens them. */
import * as z from 'zod/mini';
import { activityLog } from '../activities/activity-log.ts';
import { openProcessRedis, redisVariables } from '../cache/process-redis.ts';
import { BadEnvironment, type Environment } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { mongodbVariables, withMongodb } from '../stores/mongodb.ts';
import { objectsVariables } from '../stores/open-objects.ts';
import { postgresqlVariables } from '../stores/postgresql.ts';
import type { Target } from './restore.ts';

/** Without a DATABASE_URL backups can still be listed. */
export const targetVariables = {
  DATABASE_URL: z.optional(postgresqlVariables.DATABASE_URL),
  ...redisVariables,
  ...mongodbVariables,
  ...objectsVariables,
};

export function withTarget<T>(
  environment: Environment<typeof targetVariables>,
  telemetry: Telemetry,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const databaseUrl = environment.DATABASE_URL;
  if (databaseUrl === undefined) throw new BadEnvironment(['DATABASE_URL is missing']);
  return withMongodb(environment, async mongo => {
    const redis = openProcessRedis(environment, telemetry);
    if (!redis) telemetry.log.warn('no REDIS_URL: a cache that there is has to be emptied by hand');
    try {
      return await work({ databaseUrl, log: mongo && activityLog(mongo), redis });
    } finally {
      await redis?.close();
    }
  });
}
