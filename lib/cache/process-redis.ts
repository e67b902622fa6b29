/** A function's one connection to Redis: opened for the first that needs it, shared by all, closed after the last. */
import * as z from 'zod/mini';
import { type Environment, urlOf } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { observeStore } from '../stores/observe-store.ts';
import type { BreakerState } from './breaker.ts';
import { type GuardedRedis, openGuardedRedis } from './guarded-redis.ts';

export type { GuardedRedis };

export const redisVariables = { REDIS_URL: z.optional(urlOf('redis:', 'rediss:')) };

interface Shared {
  readonly redis: GuardedRedis;
  users: number;
}

/** By what a function's parts have in common from the moment it opens. */
const opened = new WeakMap<Telemetry, Shared>();

/** @returns undefined when the environment names none */
export function openProcessRedis(
  { REDIS_URL }: Environment<typeof redisVariables>,
  telemetry: Telemetry,
): GuardedRedis | undefined {
  if (REDIS_URL === undefined) return undefined;
  const shared = opened.get(telemetry) ?? { redis: openObserved(REDIS_URL, telemetry), users: 0 };
  opened.set(telemetry, shared);
  shared.users++;
  const close = async () => {
    shared.users--;
    if (shared.users === 0) await shared.redis.close();
  };
  return { ...shared.redis, close };
}

function openObserved(url: string, telemetry: Telemetry): GuardedRedis {
  const { log, metrics } = telemetry;
  const open = metrics.gauge('cache_breaker_open', '1 while Redis is not asked, because it did not answer.', []);
  const changed = (state: BreakerState, cause?: Error) => {
    open.set(state === 'open' ? 1 : 0);
    if (state === 'open') log.warn({ error: cause }, 'redis is away: going on without it');
    else log.info('redis answers: it is in use');
  };
  return openGuardedRedis(url, changed, observeStore(telemetry, 'redis'));
}
