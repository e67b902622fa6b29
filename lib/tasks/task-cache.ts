/** The tasks in the cache: under which key, and as what. */
import type { Entry } from '../cache/entry.ts';
import type { StoredTask } from './repository.ts';

/** Part of every task's key, whatever its rendering. */
export const taskKeys = ':task-';

/** Another rendering of the task needs another name here: old and new revisions share the cache. */
export function taskKey(tenant: string, id: string): string {
  return `task-1:${tenant}:${id}`;
}

/** What a reader may know of a task: nothing, while it is in the trash. */
export function taskEntry({ version, trashed, json }: StoredTask): Entry {
  return { version, body: trashed ? undefined : json };
}
