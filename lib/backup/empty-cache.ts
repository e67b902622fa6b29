/** After a way back in time the cache knows versions that are not there any more, or are others by now. */
import { forgetKeys } from '../cache/forget.ts';
import type { GuardedRedis } from '../cache/process-redis.ts';
import { Unavailable } from '../stores/unavailable.ts';
import { taskKeys } from '../tasks/task-key.ts';

/** @param redis undefined where there is none @throws {Unavailable} */
export async function emptyCache(redis: GuardedRedis | undefined): Promise<void> {
  if (!redis) return;
  const forgotten = await forgetKeys(redis, taskKeys);
  if (forgotten === undefined) throw new Unavailable('redis', new Error('the cache could not be emptied'));
}
