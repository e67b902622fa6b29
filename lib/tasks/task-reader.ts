/** Reads one task, from the cache when it can be. */
import type { CacheResult } from '../cache/cache-aside.ts';
import { cacheVariables } from '../cache/process-cache.ts';
import type { Document } from '../http/answer.ts';
import type { Opener, Resource } from '../http/function.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { findTask } from './repository.ts';
import { openTaskCache, taskEntry } from './task-cache.ts';
import { taskKey } from './task-key.ts';

export interface FoundTask {
  /** Undefined when there is none, or it is in the trash. */
  readonly task: Document | undefined;
  readonly cache: CacheResult;
}

export interface TaskReader extends Resource {
  readonly tasks: { get(tenant: string, id: string): Promise<FoundTask> };
}

const variables = { ...postgresqlVariables, ...cacheVariables };

export const taskReader: Opener<typeof variables, TaskReader> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const cached = openTaskCache(environment, telemetry);
    return {
      tasks: {
        async get(tenant, id) {
          const { entry, cache } = await cached.read(taskKey(tenant, id), async () => {
            const task = await findTask(db, tenant, id);
            return task && taskEntry(task);
          });
          const task = entry?.body === undefined ? undefined : { version: entry.version, json: entry.body };
          return { task, cache };
        },
      },
      close: async () => void (await Promise.all([db.close(), cached.close()])),
    };
  },
};
