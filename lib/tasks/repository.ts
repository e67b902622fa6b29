/** The tasks in PostgreSQL. A change, its activity's difference and its outbox row are one statement. */
import { recordActivities } from '../activities/outbox.ts';
import type { Document } from '../http/answer.ts';
import type { Change } from '../http/change.ts';
import type { Queryable, Statement } from '../stores/postgresql.ts';
import type { NewTask, TaskPatch } from './task.ts';
import { columns, fieldsJson, taskJson } from './task-sql.ts';
import { VersionConflict } from './version-conflict.ts';

/** A task as JSON text, with what a repository's caller decides by. */
export interface StoredTask extends Document {
  readonly id: string;
  readonly trashed: boolean;
}

export interface TaskChange extends Change {
  readonly id: string;
  /** The versions that the change is meant for; any when absent. */
  readonly ifVersion?: readonly number[] | undefined;
}

/** `changed` is false for a change that changed nothing: it made no version and no activity. */
export interface Outcome {
  readonly task: StoredTask;
  readonly changed: boolean;
}

const stored = (row: string) =>
  `${row}.id, ${row}.version, ${row}.deleted_at is not null as trashed, ${taskJson(row)} as json`;

/**
 * The row to be changed, locked: as it is once whoever else was changing it has ended. RETURNING's `old` is that, too, but
 * not of a table with a trigger before its updates: there PostgreSQL 18 gives the row as the statement first saw it.
 */
const found = (condition: string) => `
  found as (select tenant, id, ${columns} from tasks as task where ${condition} for no key update)`;

/** Read once for a change, whatever it stamps with it. */
const clock = '(select change_instant(task.updated_at) as now) as clock';

const thatOne = 'from found where task.tenant = found.tenant and task.id = found.id';

const returning = `
  returning task.tenant, task.updated_at, ${stored('task')},
    ${fieldsJson('found')} as before, ${fieldsJson('task')} as after`;

export async function createTask(
  db: Queryable,
  { tenant, actor, requestId }: Change,
  fields: NewTask,
): Promise<Outcome> {
  const [task] = await db.query<StoredTask>({
    name: 'create-task',
    text: `
      with changed as (
        insert into tasks (tenant, ${columns}, completed_at, created_by, created_at, updated_at)
        select $1, ${columns}, case when status = 'completed' then clock.now end, $2, clock.now, clock.now
        from jsonb_populate_record(null::tasks, $4), (select change_instant() as now) as clock
        returning tenant, updated_at, ${stored('tasks')}, '{}'::jsonb as before, ${fieldsJson('tasks')} as after
      ), recorded as (${recordActivities('changed', 'created', '$2', '$3')})
      select id, version, trashed, json from changed`,
    values: [tenant, actor, requestId, JSON.stringify(fields)],
  });
  if (!task) throw new Error('an insert returned no row');
  return { task, changed: true };
}

/** @returns the task, in the trash or not; undefined when the tenant has none of this id */
export async function findTask(db: Queryable, tenant: string, id: string): Promise<StoredTask | undefined> {
  const [task] = await db.query<StoredTask>({
    name: 'find-task',
    text: `select ${stored('tasks')} from tasks where tenant = $1 and id = $2`,
    values: [tenant, id],
  });
  return task;
}

/** The JSON texts of tasks, in the trash or not; those that there are none of are left out. */
export function tasksByKey(
  db: Queryable,
  tasks: readonly { readonly tenant: string; readonly id: string }[],
): Promise<{ tenant: string; id: string; json: string }[]> {
  return db.query({
    name: 'tasks-by-key',
    text: `
      select tasks.tenant, tasks.id, ${taskJson('tasks')} as json
      from unnest($1::text[], $2::uuid[]) as wanted (tenant, id)
      join tasks on tasks.tenant = wanted.tenant and tasks.id = wanted.id`,
    values: [tasks.map(({ tenant }) => tenant), tasks.map(({ id }) => id)],
  });
}

/** Locks tasks until the transaction ends, in the order of their keys, so that two that lock the same ones never wait for each other. */
export async function lockTasks(transaction: Queryable, tenant: string, ids: readonly string[]): Promise<void> {
  await transaction.query({
    name: 'lock-tasks',
    text: 'select from tasks where tenant = $1 and id = any($2::text[]::uuid[]) order by id for update',
    values: [tenant, ids],
  });
}

/**
 * Changes the fields that `patch` names.
 *
 * @returns undefined when the tenant has no such task outside the trash
 * @throws {VersionConflict}
 */
export function updateTask(db: Queryable, change: TaskChange, patch: TaskPatch): Promise<Outcome | undefined> {
  const { tenant, id, actor, requestId, ifVersion } = change;
  const text = `
    with ${found(`${meant('task')} and deleted_at is null and task is distinct from jsonb_populate_record(task, $6)`)},
    changed as (
      update tasks as task
      set (${columns}, completed_at, updated_at) = (
          select ${columns}, case status when 'completed' then coalesce(task.completed_at, clock.now) end, clock.now
          from jsonb_populate_record(task, $6), ${clock}
        ),
        version = task.version + 1,
        changed_in = pg_current_xact_id()
      ${thatOne}
      ${returning}
    ), recorded as (${recordActivities('changed', 'updated', '$3', '$4')})
    select id, version, trashed, json from changed`;
  return settle(db, change, {
    statement: { name: 'update-task', text, values: [tenant, id, actor, requestId, ifVersion, JSON.stringify(patch)] },
    exists: task => !task.trashed,
    wouldChange: task => differs(task, patch),
  });
}

/**
 * Moves a task to the trash.
 *
 * @returns undefined when the tenant has no such task outside the trash
 * @throws {VersionConflict}
 */
export function trashTask(db: Queryable, change: TaskChange): Promise<Outcome | undefined> {
  return settle(db, change, {
    statement: move(change, 'deleted'),
    exists: task => !task.trashed,
    wouldChange: () => true,
  });
}

/**
 * Moves a task out of the trash; one that is not in it stays as it is.
 *
 * @returns undefined when the tenant has no such task
 */
export function restoreTask(db: Queryable, change: TaskChange): Promise<Outcome | undefined> {
  return settle(db, change, {
    statement: move(change, 'restored'),
    exists: () => true,
    wouldChange: task => task.trashed,
  });
}

const meant = (row: string) =>
  `${row}.tenant = $1 and ${row}.id = $2 and ($5::integer[] is null or ${row}.version = any($5))`;

function move({ tenant, id, actor, requestId, ifVersion }: TaskChange, action: 'deleted' | 'restored'): Statement {
  const [from, to] = action === 'deleted' ? ['is null', 'clock.now'] : ['is not null', 'null::timestamptz'];
  return {
    name: `move-task-${action}`,
    text: `
      with ${found(`${meant('task')} and deleted_at ${from}`)},
      changed as (
        update tasks as task
        set (deleted_at, updated_at) = (select ${to}, clock.now from ${clock}), version = task.version + 1,
          changed_in = pg_current_xact_id()
        ${thatOne}
        ${returning}
      ), recorded as (${recordActivities('changed', action, '$3', '$4')})
      select id, version, trashed, json from changed`,
    values: [tenant, id, actor, requestId, ifVersion],
  };
}

interface Attempt {
  readonly statement: Statement;
  /** Whether the change takes the task for one. */
  exists(task: StoredTask): boolean;
  /** Whether the change would change this task. */
  wouldChange(task: StoredTask): boolean;
}

const mostRounds = 100;

/**
 * Runs a change. When it changed no row, a second look says why; when the reason is gone by then, because another
 * writer was between the two, the change runs again: each time some other change has succeeded.
 */
async function settle(
  db: Queryable,
  { tenant, id, ifVersion }: TaskChange,
  attempt: Attempt,
): Promise<Outcome | undefined> {
  for (let round = 0; round < mostRounds; round += 1) {
    const [task] = await db.query<StoredTask>(attempt.statement);
    if (task) return { task, changed: true };
    const found = await findTask(db, tenant, id);
    if (!found || !attempt.exists(found)) return undefined;
    if (ifVersion && !ifVersion.includes(found.version)) throw new VersionConflict(found.version);
    if (!attempt.wouldChange(found)) return { task: found, changed: false };
  }
  throw new Error(`no change and no reason for it in ${mostRounds} rounds`);
}

function differs({ json }: StoredTask, patch: TaskPatch): boolean {
  const task: Record<string, unknown> = JSON.parse(json);
  return Object.entries(patch).some(([field, value]) => JSON.stringify(task[field]) !== JSON.stringify(value));
}
