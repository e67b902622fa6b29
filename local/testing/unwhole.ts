/** What is only half there in a database whose outbox nobody empties. */
import pg from 'pg';

export interface Unwhole {
  readonly what: string;
  readonly id: string;
}

/** A task has one activity for each of its versions, an activity its task, and an idempotency key its answer. */
export async function unwholeIn(databaseUrl: string): Promise<Unwhole[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Unwhole>(`
      select 'activities of a task' as what, id::text from tasks
      where array(
        select version from outbox where outbox.tenant = tasks.tenant and task_id = tasks.id order by version
      ) <> array(select generate_series(1, tasks.version))
      union all
      select 'an activity', task_id::text from outbox
      where not exists (select from tasks where tasks.tenant = outbox.tenant and tasks.id = task_id)
      union all
      select 'an idempotency key', key from idempotency_keys where answer is null`);
    return rows;
  } finally {
    await client.end();
  }
}
