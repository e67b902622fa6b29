/** The cache as a function's process opens it: from its environment, and observed. */
import * as z from 'zod/mini';
import { type Environment, urlOf, wholeNumber } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { type CacheAside, type CacheObserver, openCache } from './cache-aside.ts';
import { noCache } from './no-cache.ts';

export const cacheVariables = {
  REDIS_URL: z.optional(urlOf('redis:', 'rediss:')),
  CACHE_TTL_SECONDS: z._default(wholeNumber(1, 86_400), 300),
};

export function openProcessCache(environment: Environment<typeof cacheVariables>, telemetry: Telemetry): CacheAside {
  const { REDIS_URL, CACHE_TTL_SECONDS } = environment;
  if (REDIS_URL === undefined) return noCache();
  return openCache(REDIS_URL, { ttlSeconds: CACHE_TTL_SECONDS, observer: observer(telemetry) });
}

function observer({ log, metrics }: Telemetry): CacheObserver {
  const operations = metrics.counter('cache_operations_total', 'What the cache was asked, and what came of it.', [
    'operation',
    'outcome',
  ]);
  const open = metrics.gauge('cache_breaker_open', '1 while Redis is not asked, because it did not answer.', []);
  return {
    operation: (operation, outcome) => operations.inc({ operation, outcome }),
    breaker(state, cause) {
      open.set(state === 'open' ? 1 : 0);
      if (state === 'open') log.warn({ error: cause }, 'redis is away: going on without the cache');
      else log.info('redis answers: the cache is in use');
    },
  };
}
