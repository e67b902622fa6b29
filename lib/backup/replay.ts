/** A task as its activities tell it: what each changed, one after the other. */
import type { LoggedActivity } from '../activities/activity.ts';
import { fieldNames } from '../tasks/task.ts';

/** What all activities of a task together say of it. */
export interface Replayed {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly created_by: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at: string | null;
  readonly deleted_at: string | null;
  readonly purged: boolean;
}

/** @param activities from version 1, without a gap @returns undefined when there are none */
export function replay(activities: readonly LoggedActivity[]): Replayed | undefined {
  const [first] = activities;
  const last = activities.at(-1);
  if (!first || !last) return undefined;
  const fields: Record<string, unknown> = Object.fromEntries(fieldNames.map(name => [name, null]));
  let completed_at: string | null = null;
  for (const { changes, at } of activities) {
    for (const [name, { to }] of Object.entries(changes)) fields[name] = to;
    if (changes.status) completed_at = fields.status === 'completed' ? at : null;
  }
  const moved = activities.findLast(({ action }) => action === 'deleted' || action === 'restored');
  return {
    fields,
    version: last.version,
    created_by: first.actor,
    created_at: first.at,
    updated_at: last.at,
    completed_at,
    deleted_at: moved?.action === 'deleted' ? moved.at : null,
    purged: last.action === 'purged',
  };
}

/** Whether a task, as its JSON has it, is what its activities tell. */
export function tells(replayed: Replayed, task: Readonly<Record<string, unknown>>): boolean {
  const { fields, purged, ...rest } = replayed;
  return !purged && Object.entries({ ...fields, ...rest }).every(([name, value]) => isSame(task[name], value));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
