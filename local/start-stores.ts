/** The three stores of `npm start`, side by side. */
import type { Progress } from './progress.ts';
import { startMongodb } from './stores/mongodb.ts';
import { startPostgresql } from './stores/postgresql.ts';
import { startRedis } from './stores/redis.ts';
import type { RunningStore } from './stores/running-store.ts';

export interface Stores {
  readonly postgresql: RunningStore;
  readonly redis: RunningStore | undefined;
  readonly mongodb: RunningStore | undefined;
}

/** @throws after what was started is stopped again */
export async function startStores(folder: string, progress: Progress): Promise<Stores> {
  const [postgresql, redis, mongodb] = await Promise.allSettled([
    progress.step(
      'postgresql',
      () => startPostgresql({ folder: `${folder}/postgresql`, progress }),
      ({ program }) => program,
    ),
    progress.step(
      'redis',
      () => startRedis({ folder: `${folder}/redis`, progress }),
      store => store?.program ?? 'none: every read goes to PostgreSQL',
    ),
    progress.step(
      'mongodb',
      () => startMongodb({ folder: `${folder}/mongodb`, progress }),
      store => store?.program ?? 'none: the activity log stays in PostgreSQL',
    ),
  ]);
  if (postgresql.status === 'fulfilled' && redis.status === 'fulfilled' && mongodb.status === 'fulfilled')
    return { postgresql: postgresql.value, redis: redis.value, mongodb: mongodb.value };
  const begun = [postgresql, redis, mongodb];
  await Promise.all(begun.map(async outcome => outcome.status === 'fulfilled' && outcome.value?.stop()));
  throw begun.find(outcome => outcome.status === 'rejected')?.reason;
}
