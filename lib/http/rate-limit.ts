/** How many requests a tenant has in a minute, counted in Redis for all processes together. Without Redis there is no limit. */
import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import * as z from 'zod/mini';
import { type GuardedRedis, openProcessRedis, redisVariables } from '../cache/process-redis.ts';
import { wholeNumber } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { ReadEnvironment, Resource } from './function.ts';
import { Problem } from './problem.ts';

export interface RateLimit extends Resource {
  /**
   * Counts one request.
   *
   * @returns undefined when nobody counts
   */
  count(tenant: string): Promise<Count | undefined>;
}

export interface Count {
  readonly verdict: 'within' | 'exceeded';
  /** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11). */
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds until the minute ends. */
  readonly reset: number;
}

/** Seconds; it begins with a tenant's first request. */
const window = 60;

const rateLimitVariables = { ...redisVariables, RATE_LIMIT_PER_MINUTE: z._default(wholeNumber(0, 1_000_000), 600) };

export function readRateLimit(read: ReadEnvironment): (telemetry: Telemetry) => RateLimit {
  const { RATE_LIMIT_PER_MINUTE: points, ...environment } = read(rateLimitVariables);
  return telemetry => {
    const redis = points === 0 ? undefined : openProcessRedis(environment, telemetry);
    return redis ? countIn(redis, points, telemetry) : unlimited;
  };
}

const unlimited: RateLimit = { count: async () => undefined, close: async () => {} };

function countIn(redis: GuardedRedis, points: number, { metrics }: Telemetry): RateLimit {
  const outcomes = metrics.counter('rate_limit_requests_total', 'Requests, by what the rate limit said of them.', [
    'outcome',
  ]);
  for (const outcome of ['within', 'exceeded', 'bypass']) outcomes.inc({ outcome }, 0);
  const limiter = new RateLimiterRedis({
    storeClient: clientOf(redis),
    useRedisPackage: true,
    keyPrefix: 'rate-limit',
    points,
    duration: window,
  });

  return {
    async count(tenant) {
      // It rejects with a count when the limit is exceeded, and with an error when there is none.
      const said = await limiter.consume(tenant).catch((reason: unknown) => reason);
      if (!(said instanceof RateLimiterRes)) {
        outcomes.inc({ outcome: 'bypass' });
        return undefined;
      }
      const verdict = said.consumedPoints > points ? 'exceeded' : 'within';
      outcomes.inc({ outcome: verdict });
      const reset = Math.max(1, Math.ceil(said.msBeforeNext / 1000));
      const headers = {
        ratelimit: `"default";r=${said.remainingPoints};t=${reset}`,
        'ratelimit-policy': `"default";q=${points};w=${window}`,
      };
      return { verdict, headers, reset };
    },
    close: redis.close,
  };
}

/** What the limiter needs of a client of node-redis: its EVAL, by way of the guard. */
function clientOf(redis: GuardedRedis) {
  return {
    async eval(script: string, { keys, arguments: args }: { keys: string[]; arguments: string[] }): Promise<unknown> {
      const session = redis.session() ?? (await redis.firstSession());
      const outcome = session ? await redis.run(session, ['eval', script, keys.length, ...keys, ...args]) : 'bypass';
      if (typeof outcome === 'string') throw new Error(`Redis was asked for a count: ${outcome}`);
      return outcome.reply;
    },
  };
}

export function tooManyRequests({ reset }: Count): Problem {
  const detail = `The requests of this minute are used up; the next one begins in ${reset} s.`;
  return new Problem('too-many-requests', { detail, headers: { 'retry-after': String(reset) } });
}
