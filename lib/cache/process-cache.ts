/** The cache as a function's process opens it: from its environment, and observed. */
import * as z from 'zod/mini';
import { type Environment, wholeNumber } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { type CacheAside, cacheAside } from './cache-aside.ts';
import type { Rendering } from './entry.ts';
import { noCache } from './no-cache.ts';
import { openProcessRedis, redisVariables } from './process-redis.ts';

export const cacheVariables = {
  ...redisVariables,
  CACHE_TTL_SECONDS: z._default(wholeNumber(1, 86_400), 300),
};

/** @param rendering of the bodies that this process reads and puts; one that does neither needs none */
export function openProcessCache(
  environment: Environment<typeof cacheVariables>,
  telemetry: Telemetry,
  rendering?: Rendering,
): CacheAside {
  const redis = openProcessRedis(environment, telemetry);
  if (redis === undefined) return noCache();
  const operations = telemetry.metrics.counter(
    'cache_operations_total',
    'What the cache was asked, and what came of it.',
    ['operation', 'outcome'],
  );
  return cacheAside(redis, {
    ttlSeconds: environment.CACHE_TTL_SECONDS,
    ...(rendering !== undefined && { rendering }),
    observer: { operation: (operation, outcome) => operations.inc({ operation, outcome }) },
  });
}
