/** What was seen of one request: when it was sent, what it asked for, and what came of it. */
import type { NewTask } from '../../../lib/tasks/task.ts';
import type { ProcessName } from './plan.ts';

/** The versions that a change is meant for; any when absent, or `*`. */
export type IfMatch = '*' | readonly number[] | undefined;

export type Deed =
  | { readonly kind: 'create'; readonly fields: NewTask }
  | { readonly kind: 'get' }
  | { readonly kind: 'list activities' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'patch'; readonly patch: Partial<NewTask>; readonly ifMatch: IfMatch }
  | { readonly kind: 'delete'; readonly ifMatch: IfMatch };

/** An answer's body, whichever it is. */
export type Body = Readonly<Record<string, unknown>>;

/** An interval, by `performance.now()`. */
export interface Interval {
  readonly began: number;
  readonly ended: number;
}

export interface Observation extends Interval {
  readonly requestId: string;
  readonly by: ProcessName;
  readonly deed: Deed;
  readonly status: number;
  /** By the answer's ETag. */
  readonly version: number | undefined;
  /** X-Cache. */
  readonly cache: string | undefined;
  readonly body: Body | undefined;
}

/** Which function does it. */
export const functionOf: Readonly<Record<Deed['kind'], string>> = {
  create: 'create-task',
  get: 'get-task',
  patch: 'update-task',
  delete: 'delete-task',
  restore: 'restore-task',
  'list activities': 'list-activities',
};
