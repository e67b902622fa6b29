/** All that PostgreSQL knows of a task, or of the tombstone of one. */
import { tombstoneLifetime } from '../activities/tombstone-lifetime.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';
import { taskJson } from '../tasks/task-sql.ts';
import type { KnownTask } from './known-tasks.ts';

export interface TaskFacts extends KnownTask {
  /** The task's JSON; null for a tombstone. */
  readonly json: string | null;
  /** RFC 3339; null for a task. */
  readonly purged_at: string | null;
}

/** In one snapshot. Tombstones that have lasted are left out: their activities may have ended already. */
export function factsOf(db: Queryable, tasks: readonly KnownTask[]): Promise<TaskFacts[]> {
  return db.query<TaskFacts>({
    name: 'task-facts',
    text: `
      select tenant, id, version, json, purged_at from unnest($1::text[], $2::uuid[]) as wanted (tenant, id)
      cross join lateral (
        select version, ${taskJson('tasks')} as json, null as purged_at
        from tasks where tasks.tenant = wanted.tenant and tasks.id = wanted.id
        union all
        select version, null, ${rfc3339('purged_at')}
        from tombstones where tombstones.tenant = wanted.tenant and tombstones.id = wanted.id
          and purged_at >= clock_timestamp() - interval '${tombstoneLifetime}'
      ) as known`,
    values: [tasks.map(({ tenant }) => tenant), tasks.map(({ id }) => id)],
  });
}
