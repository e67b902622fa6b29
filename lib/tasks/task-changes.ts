/** The changes that one request makes on one connection. It remembers what they made, for the cache. */
import type { Change } from '../http/change.ts';
import type { Queryable } from '../stores/postgresql.ts';
import {
  createTask,
  findTask,
  type Outcome,
  restoreTask,
  type StoredTask,
  trashTask,
  updateTask,
} from './repository.ts';
import type { NewTask, TaskPatch } from './task.ts';

export interface Target {
  readonly id: string;
  /** The versions that the change is meant for; any when absent. */
  readonly ifVersion?: readonly number[] | undefined;
}

/** Each change resolves to undefined when the tenant has no such task, and rejects with a VersionConflict when it moved on. */
export interface TaskChanges {
  create(task: NewTask): Promise<Outcome>;
  update(target: Target, patch: TaskPatch): Promise<Outcome | undefined>;
  trash(target: Target): Promise<Outcome | undefined>;
  restore(target: Target): Promise<Outcome | undefined>;
  /** Whether the tenant has this task outside the trash. */
  exists(id: string): Promise<boolean>;
  /** What was changed so far, in order. */
  readonly made: readonly StoredTask[];
}

export function taskChanges(db: Queryable, change: Change): TaskChanges {
  const made: StoredTask[] = [];
  const remember = <O extends Outcome | undefined>(outcome: O): O => {
    if (outcome?.changed) made.push(outcome.task);
    return outcome;
  };
  return {
    create: async task => remember(await createTask(db, change, task)),
    update: async (target, patch) => remember(await updateTask(db, { ...change, ...target }, patch)),
    trash: async target => remember(await trashTask(db, { ...change, ...target })),
    restore: async target => remember(await restoreTask(db, { ...change, ...target })),
    async exists(id) {
      const task = await findTask(db, change.tenant, id);
      return task !== undefined && !task.trashed;
    },
    made,
  };
}
