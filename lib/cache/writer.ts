/** Tells the cache what was committed. */
import type { RedisSession } from '../stores/redis.ts';
import type { Entry } from './entry.ts';
import type { Outcome } from './gate.ts';
import type { GuardedRedis } from './guarded-redis.ts';
import { put, raise, type Storing } from './scripts.ts';

/** `refused`: something newer was there; `raised`: so late that it only drops what is older; `dropped`: Redis is full. */
export type PutOutcome = 'stored' | 'refused' | 'raised' | 'dropped' | 'bypass' | 'error';

/** A write that has begun; it may change many keys. */
export interface Write {
  /** After the commit, and before the writer answers. Takes 50 ms at most, and never throws because of Redis. */
  put(key: string, entry: Entry): Promise<void>;
}

/**
 * Takes the run of Redis and its time, now: what is committed under one run of Redis and put into the next, or long after
 * it began, could bring back what was changed since. Such a put only drops what is older.
 */
export function beginWrite(
  redis: GuardedRedis,
  session: RedisSession | undefined,
  options: { storing: Storing; done(outcome: PutOutcome): void },
): Write {
  const began = session?.now() ?? 0;
  const { storing, done } = options;

  return {
    async put(key, entry) {
      const now = redis.session();
      if (now === undefined) return done('bypass');
      const here = `${now.runId}:${key}`;
      const command =
        now.runId === session?.runId
          ? put(here, entry, storing, began)
          : raise([{ key: here, version: entry.version }]);
      done(putOutcome(await redis.run(now, command)));
    },
  };
}

const outcomes: readonly PutOutcome[] = ['stored', 'refused', 'raised', 'dropped'];

function putOutcome(said: Outcome): PutOutcome {
  if (typeof said === 'string') return said;
  return outcomes.find(outcome => outcome === said.reply) ?? 'error';
}
