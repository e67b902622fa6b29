/** The activity: one for each change of a task, ordered by the version that the change made. */
import * as z from 'zod/mini';

export const action = z.enum(['created', 'updated', 'deleted', 'restored', 'purged']);
export type Action = z.output<typeof action>;

const uuid = z.string().register(z.globalRegistry, { format: 'uuid' });

export const activity = z.object({
  id: uuid,
  task_id: uuid,
  action,
  actor: z.string(),
  request_id: z.string(),
  /** The version of the task that this change made. */
  version: z.int().check(z.minimum(1)),
  /** RFC 3339, UTC, with milliseconds. */
  at: z.string().register(z.globalRegistry, { format: 'date-time' }),
  /** The fields that a client can set and this change did. */
  changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
});

export type Activity = Readonly<z.output<typeof activity>>;

/** An activity with the tenant whose task it is about: what the log stores and no client sees. */
export interface LoggedActivity extends Activity {
  readonly tenant: string;
}
