/** Changes tasks: the statement, then the cache, then a nudge to the relay. */

import { nudgeVariables, openNudge } from '../activities/nudge.ts';
import type { Change } from '../activities/outbox.ts';
import { cacheVariables, openProcessCache } from '../cache/process-cache.ts';
import type { Opener, Resource } from '../http/function.ts';
import { openPostgresql, postgresqlVariables, type Queryable } from '../stores/postgresql.ts';
import {
  createTask,
  findTask,
  type Outcome,
  restoreTask,
  type TaskChange,
  trashTask,
  updateTask,
} from './repository.ts';
import type { NewTask, TaskPatch } from './task.ts';
import { taskEntry, taskKey } from './task-cache.ts';

/** Each resolves to undefined when the tenant has no such task, and rejects with a VersionConflict when it moved on. */
export interface TaskWriter extends Resource {
  readonly tasks: {
    create(change: Change, task: NewTask): Promise<Outcome>;
    update(change: TaskChange, patch: TaskPatch): Promise<Outcome | undefined>;
    trash(change: TaskChange): Promise<Outcome | undefined>;
    restore(change: TaskChange): Promise<Outcome | undefined>;
    /** Whether the tenant has this task outside the trash. */
    exists(tenant: string, id: string): Promise<boolean>;
  };
}

const variables = { ...postgresqlVariables, ...cacheVariables, ...nudgeVariables };

export const taskWriter: Opener<typeof variables, TaskWriter> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const cache = openProcessCache(environment, telemetry);
    const nudge = openNudge(environment, telemetry);

    /** The cache learns of a change before the writer does, so that the writer's next read is a hit. */
    async function write<O extends Outcome | undefined>({ tenant }: Change, statement: () => Promise<O>): Promise<O> {
      const cacheWrite = await cache.begin();
      const outcome = await statement();
      if (outcome?.changed) {
        nudge.send();
        await cacheWrite.put(taskKey(tenant, outcome.task.id), taskEntry(outcome.task));
      }
      return outcome;
    }

    return {
      tasks: {
        create: (change, task) => write(change, () => createTask(db, change, task)),
        update: (change, patch) => write(change, () => updateTask(db, change, patch)),
        trash: change => write(change, () => trashTask(db, change)),
        restore: change => write(change, () => restoreTask(db, change)),
        exists: (tenant, id) => exists(db, tenant, id),
      },
      async close() {
        nudge.close();
        await Promise.all([db.close(), cache.close()]);
      },
    };
  },
};

async function exists(db: Queryable, tenant: string, id: string): Promise<boolean> {
  const task = await findTask(db, tenant, id);
  return task !== undefined && !task.trashed;
}
