/** After a way back in time the cache knows versions that are not there any more, or are others by now. */
import { setTimeout as pause } from 'node:timers/promises';
import { forgetKeys } from '../cache/forget.ts';
import type { GuardedRedis } from '../cache/process-redis.ts';
import { Unavailable } from '../stores/unavailable.ts';
import { taskKeys } from '../tasks/task-key.ts';

/**
 * @param redis undefined where there is none
 * @param patience milliseconds in which a Redis that is away for a moment may come back
 * @throws {Unavailable}
 */
export async function emptyCache(redis: GuardedRedis | undefined, patience = 60_000): Promise<void> {
  const until = performance.now() + patience;
  while (redis && (await forgetKeys(redis, taskKeys)) === undefined) {
    if (performance.now() >= until) throw new Unavailable('redis', new Error('the cache could not be emptied'));
    await pause(500);
  }
}
