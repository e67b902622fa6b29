/** A task as its only writer knows it, and so what everybody must answer of it. */
import { isDeepStrictEqual } from 'node:util';
import type { Reply } from '../api.ts';
import type { Revision } from '../revision.ts';

export interface KnownTask {
  readonly id: string;
  readonly title: string;
  readonly priority: string;
  readonly labels: readonly string[];
  /** Only the new revision knows it. */
  readonly estimate: number | null;
  readonly version: number;
  readonly trashed: boolean;
}

export function newTask(id: string, title: string, ...labels: string[]): KnownTask {
  return { id, title, priority: 'medium', labels, estimate: null, version: 1, trashed: false };
}

/** Whether the JSON of a task is that revision's rendering of it. */
export function isRendering(json: Record<string, unknown>, known: KnownTask, by: Revision): boolean {
  const { title, priority, labels, estimate, version } = known;
  const { title: t, priority: p, labels: l, created_by: c, version: v } = json;
  return isDeepStrictEqual(
    { title: t, priority: p, labels: l, created_by: c, version: v, estimate: json.estimate },
    { title, priority, labels, created_by: 'anonymous', version, estimate: by.name === 'new' ? estimate : undefined },
  );
}

/** What a GET of a task has answered: what is, what was, or what never should be. */
export function judge({ status, json }: Reply, known: KnownTask, by: Revision): 'right' | 'old' | 'wrong' {
  if (status === 404) return known.trashed ? 'right' : 'old';
  if (status !== 200) return 'wrong';
  if (json.version < known.version) return 'old';
  return !known.trashed && isRendering(json, known, by) ? 'right' : 'wrong';
}

const priorities: readonly string[] = ['low', 'medium', 'high', 'critical'];

export function priorityAfter(priority: string): string {
  const next = priorities.indexOf(priority) + 1;
  return priorities[next % priorities.length] ?? 'low';
}
