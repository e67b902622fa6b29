/** The three stores of `npm start`, side by side. */
import type { Progress } from './progress.ts';
import { startMongodb } from './stores/mongodb.ts';
import { startPostgresql } from './stores/postgresql.ts';
import { startRedis } from './stores/redis.ts';
import type { RunningStore } from './stores/running-store.ts';

/** Redis and MongoDB may be missing in the answer. @throws after what was started is stopped again */
export async function startStores(folder: string, progress: Progress): Promise<readonly RunningStore[]> {
  const begun = await Promise.allSettled([
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
  const stores = begun.flatMap(outcome => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : []));
  const failed = begun.find(outcome => outcome.status === 'rejected');
  if (failed === undefined) return stores;
  await Promise.all(stores.map(store => store.stop()));
  throw failed.reason;
}
