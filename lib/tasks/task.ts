/** The task: what a client may say of it, and what the service answers. */
import * as z from 'zod/mini';
import { answeredInstant, instant } from './instant.ts';
import { text, trimmedText } from './text.ts';

export const statuses = ['pending', 'in_progress', 'completed', 'cancelled'] as const;
/** In the order of their rank. */
export const priorities = ['low', 'medium', 'high', 'critical'] as const;

const labels = z
  .array(text(1, 50))
  .check(
    z.maxLength(20, 'Must be at most 20 labels.'),
    z.refine(list => new Set(list).size === list.length, {
      error: 'Must not hold a label twice.',
      when: ({ value }) => Array.isArray(value),
    }),
  )
  .register(z.globalRegistry, { uniqueItems: true });

/** The fields that a client sets. */
const fields = {
  title: trimmedText(255),
  description: text(0, 10_000),
  status: z.enum(statuses),
  priority: z.enum(priorities),
  labels,
  assignee: z.nullable(text(1, 255)),
  due_at: z.nullable(instant),
};

export const fieldNames = [
  'title',
  'description',
  'status',
  'priority',
  'labels',
  'assignee',
  'due_at',
] as const satisfies ReadonlyArray<keyof typeof fields>;

/** A whole task: what is left out gets its default. */
export const newTask = z.strictObject({
  title: fields.title,
  description: z._default(fields.description, ''),
  status: z._default(fields.status, 'pending'),
  priority: z._default(fields.priority, 'medium'),
  labels: z._default(fields.labels, []),
  assignee: z._default(fields.assignee, null),
  due_at: z._default(fields.due_at, null),
});

/** A JSON merge patch (RFC 7396): only the fields that it names change. */
export const taskPatch = z.partial(z.strictObject(fields));

export type NewTask = z.output<typeof newTask>;
export type TaskPatch = z.output<typeof taskPatch>;

/** A task as it is answered. */
export const task = z.object({
  id: z.string().register(z.globalRegistry, { format: 'uuid' }),
  title: text(1, 255),
  description: fields.description,
  status: fields.status,
  priority: fields.priority,
  labels: fields.labels,
  assignee: fields.assignee,
  due_at: z.nullable(answeredInstant),
  completed_at: z.nullable(answeredInstant),
  created_by: z.string(),
  version: z.int().check(z.minimum(1)),
  created_at: answeredInstant,
  updated_at: answeredInstant,
  deleted_at: z.nullable(answeredInstant),
});

export type Task = Readonly<z.output<typeof task>>;

/** What is left of a task that was purged. */
export const tombstone = z.object({ id: task.shape.id, purged_at: answeredInstant });
