/** What ends: tasks in the trash, idempotency keys, tombstones. Each statement takes a batch, so that none holds locks for long. */
import { recordActivities } from '../activities/outbox.ts';
import { tombstoneLifetime } from '../activities/tombstone-lifetime.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { idempotencyKeyLifetime } from './idempotency.ts';

const batchSize = 500;

export interface PurgedTask {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Turns tasks that have been in the trash for over `days` into tombstones, each with its last activity, by `system`.
 *
 * @returns how many
 */
export async function purgeTrash(
  db: Queryable,
  { days, requestId }: { days: number; requestId: string },
): Promise<number> {
  const purged = await db.query({
    name: 'purge-trash',
    text: `
      with due as (
        select tenant, id from tasks
        where deleted_at < clock_timestamp() - make_interval(days => $3)
          and not exists (select from erased_tenants where tenant = tasks.tenant)
        order by deleted_at
        limit ${batchSize}
        for update skip locked
      ), gone as (
        delete from tasks as task using due
        where task.tenant = due.tenant and task.id = due.id
        returning task.tenant, task.id, task.version + 1 as version, change_instant(task.updated_at) as updated_at
      ), buried as (
        insert into tombstones (tenant, id, version, purged_at) select tenant, id, version, updated_at from gone
      ), changed as (
        select *, '{}'::jsonb as before, '{}'::jsonb as after from gone
      ), recorded as (${recordActivities('changed', 'purged', '$1', '$2')})
      select id from gone`,
    values: ['system', requestId, days],
  });
  return purged.length;
}

const expired = `created_at < clock_timestamp() - interval '${idempotencyKeyLifetime}'`;

/** @returns how many */
export async function purgeIdempotencyKeys(db: Queryable): Promise<number> {
  const purged = await db.query({
    name: 'purge-idempotency-keys',
    text: `
      delete from idempotency_keys
      where (tenant, key) in (select tenant, key from idempotency_keys where ${expired} limit ${batchSize})
        and ${expired} -- still, after whoever was claiming it anew
      returning 1`,
    values: [],
  });
  return purged.length;
}

/** Tombstones that have lasted, and of which nothing waits to be logged: what the relay brings later would stay for ever. */
export function oldTombstones(db: Queryable, logged: 'in the log' | 'in the outbox'): Promise<PurgedTask[]> {
  const nothingWaits = `
    and not exists (
      select from outbox
      where outbox.tenant = tombstones.tenant and task_id = tombstones.id and logged_at is null and parked_because is null
    )`;
  return db.query<PurgedTask>({
    name: `old-tombstones-${logged}`,
    text: `
      select tenant, id from tombstones
      where purged_at < clock_timestamp() - interval '${tombstoneLifetime}'
        ${logged === 'in the log' ? nothingWaits : ''}
      order by purged_at
      limit ${batchSize}`,
    values: [],
  });
}

/** Ends tombstones, with what the outbox still holds of their tasks. */
export async function forgetTombstones(db: Queryable, tasks: readonly PurgedTask[]): Promise<void> {
  await db.query({
    name: 'forget-tombstones',
    text: `
      with ended as (
        select * from unnest($1::text[], $2::uuid[]) as ended (tenant, id)
      ), silenced as (
        delete from outbox using ended where outbox.tenant = ended.tenant and outbox.task_id = ended.id
      )
      delete from tombstones using ended where tombstones.tenant = ended.tenant and tombstones.id = ended.id`,
    values: [tasks.map(({ tenant }) => tenant), tasks.map(({ id }) => id)],
  });
}
