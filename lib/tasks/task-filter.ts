/** What a list of tasks is asked for: filter, sort and page, as query parameters. */
import * as z from 'zod/mini';
import { cursor, pageSize } from '../http/page-query.ts';
import { instant } from './instant.ts';
import { priorities, statuses } from './task.ts';
import { text } from './text.ts';

export const sortKeys = ['created_at', 'updated_at', 'due_at', 'priority'] as const;
export type SortKey = (typeof sortKeys)[number];

/** A key, or `-` and a key for descending. */
export type Sort = SortKey | `-${SortKey}`;
const sorts: readonly Sort[] = sortKeys.flatMap(key => [key, `-${key}`] as const);

export function keyOf(sort: Sort): SortKey {
  return sortKeys.find(key => sort.endsWith(key)) ?? 'created_at';
}

/** Parameters that are given once for each value, any of which will do. */
export const anyOf = ['status', 'priority', 'assignee', 'label'] as const;

export const taskListQuery = z.strictObject({
  status: z.optional(z.array(z.enum(statuses))),
  priority: z.optional(z.array(z.enum(priorities))),
  assignee: z.optional(z.array(text(0, 255))).register(z.globalRegistry, { description: "An empty one: nobody's." }),
  label: z.optional(z.array(text(1, 50))),
  due_after: z.optional(instant).register(z.globalRegistry, { description: 'Inclusive.' }),
  due_before: z.optional(instant).register(z.globalRegistry, { description: 'Exclusive.' }),
  updated_after: z.optional(instant).register(z.globalRegistry, { description: 'Exclusive.' }),
  q: z.optional(text(0, 1000)).register(z.globalRegistry, {
    description: 'Words in title or description: every one must occur, the last also as a prefix.',
  }),
  trash: z.optional(z.literal('true', 'Must be true, or left out.')).register(z.globalRegistry, {
    description: 'The trash only. Without it, everything else.',
  }),
  sort: z._default(z.enum(sorts), '-created_at').register(z.globalRegistry, {
    description: 'A key, or `-` and a key for descending. Priority goes by rank.',
  }),
  limit: pageSize,
  cursor,
});

export type TaskListQuery = z.output<typeof taskListQuery>;
export type TaskFilter = Omit<TaskListQuery, 'sort' | 'limit' | 'cursor'>;
