/** The sequential model: a task, as it would be if all requests came one after the other. */
import { isDeepStrictEqual } from 'node:util';
import type { NewTask } from '../../../lib/tasks/task.ts';
import type { Deed, IfMatch } from './observation.ts';

export interface ModelTask {
  readonly version: number;
  readonly trashed: boolean;
  readonly fields: NewTask;
}

/** What comes of a deed: another task, or a reason for none. */
export type Outcome = ModelTask | 'unchanged' | 'not found' | 'stale';

/** @param task undefined before its creation */
export function outcomeOf(deed: Deed, task: ModelTask | undefined): Outcome {
  if (deed.kind === 'create') return task ? 'unchanged' : { version: 1, trashed: false, fields: deed.fields };
  if (!task) return 'not found';
  if (deed.kind === 'restore') return task.trashed ? next(task, { trashed: false }) : 'unchanged';
  if (deed.kind === 'list activities') return 'unchanged';
  if (task.trashed) return 'not found';
  if (deed.kind === 'get') return 'unchanged';
  if (!isMeant(deed.ifMatch, task.version)) return 'stale';
  if (deed.kind === 'delete') return next(task, { trashed: true });
  const fields = { ...task.fields, ...deed.patch };
  return isDeepStrictEqual(fields, task.fields) ? 'unchanged' : next(task, { fields });
}

/** What the activity of a change tells. */
export function differenceOf(before: ModelTask | undefined, after: ModelTask): Record<string, unknown> {
  const from: Readonly<Record<string, unknown>> = { ...before?.fields };
  const differing = Object.entries(after.fields).filter(([name, to]) => !isDeepStrictEqual(from[name] ?? null, to));
  return Object.fromEntries(differing.map(([name, to]) => [name, { from: from[name] ?? null, to }]));
}

function next(task: ModelTask, changed: Partial<ModelTask>): ModelTask {
  return { ...task, ...changed, version: task.version + 1 };
}

function isMeant(ifMatch: IfMatch, version: number): boolean {
  return ifMatch === undefined || ifMatch === '*' || ifMatch.includes(version);
}
