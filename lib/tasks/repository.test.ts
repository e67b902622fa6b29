import { afterAll, expect, test } from 'vitest';
import { freshDatabase } from '../../local/testing/database.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { type Database, openPostgresql, type Statement } from '../stores/postgresql.ts';
import { createTask, findTask, restoreTask, trashTask, updateTask } from './repository.ts';
import { newTask } from './task.ts';

const { url, drop } = await freshDatabase();
const database = open(url);
afterAll(async () => {
  await database.close();
  await drop();
});

function open(DATABASE_URL: string): Database {
  return openPostgresql({ DATABASE_URL }, { log: openLog('test', 'silent'), metrics: openMetrics('test') });
}

const change = { tenant: 'acme', actor: 'alice', requestId: 'r-1' };

/** The database, and the statements that went to it. */
function counted(db: Database): { db: Database; statements: string[] } {
  const statements: string[] = [];
  const query: Database['query'] = (statement: Statement) => {
    statements.push(statement.name ?? statement.text);
    return db.query(statement);
  };
  return { db: { ...db, query }, statements };
}

test('a change is one round trip: task, difference and outbox row', async () => {
  const { db, statements } = counted(database);
  const { task } = await createTask(db, change, newTask.parse({ title: 'x' }));
  const mine = { ...change, id: task.id };
  await updateTask(db, mine, { title: 'y' });
  await trashTask(db, mine);
  await restoreTask(db, mine);
  expect(statements).toEqual(['create-task', 'update-task', 'move-task-deleted', 'move-task-restored']);
  const rows = await database.query({
    name: 'recorded',
    text: 'select version, action, actor, request_id, changes from outbox where task_id = $1 order by version',
    values: [task.id],
  });
  const common = { actor: 'alice', request_id: 'r-1' };
  expect(rows).toMatchObject([
    { ...common, version: 1, action: 'created' },
    { ...common, version: 2, action: 'updated', changes: { title: { from: 'x', to: 'y' } } },
    { ...common, version: 3, action: 'deleted', changes: {} },
    { ...common, version: 4, action: 'restored', changes: {} },
  ]);
});

test('what a change changed is told from the task that it found, not from the one before it waited for another', async () => {
  const { task } = await createTask(database, change, newTask.parse({ title: 'x', assignee: 'ann' }));
  const mine = { ...change, id: task.id };
  const made = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const first = database.transaction(async db => {
    await updateTask(db, mine, { assignee: null });
    made.resolve();
    await end.promise;
    return { value: undefined, end: 'commit' };
  });
  await made.promise;
  const second = updateTask(database, mine, { title: 'y' });
  await expect.poll(waitingForLocks).toBe(1);
  end.resolve();
  await Promise.all([first, second]);
  expect(await changesOf(task.id)).toEqual([
    expect.anything(),
    { assignee: { from: 'ann', to: null } },
    { title: { from: 'x', to: 'y' } },
  ]);
});

test('all that a change stamps has one instant, whatever the clock does meanwhile', async () => {
  const own = await freshDatabase();
  const db = open(own.url);
  await db.query({ text: 'create sequence readings', values: [] });
  // A clock that no two readings agree on.
  await db.query({
    text: `create or replace function change_instant(previous timestamptz default null) returns timestamptz
      language sql volatile return timestamptz '2030-01-01' + nextval('readings') * interval '1 second'`,
    values: [],
  });
  const { task } = await createTask(db, change, newTask.parse({ title: 'x', status: 'completed' }));
  const mine = { ...change, id: task.id };
  const stamps = [JSON.parse(task.json)];
  for (const patch of [{ status: 'pending' }, { status: 'completed' }] as const)
    stamps.push(JSON.parse((await updateTask(db, mine, patch))?.task.json ?? ''));
  stamps.push(JSON.parse((await trashTask(db, mine))?.task.json ?? ''));
  expect(stamps[0].completed_at).toBe(stamps[0].created_at);
  expect(stamps[0].updated_at).toBe(stamps[0].created_at);
  expect(stamps[2].completed_at).toBe(stamps[2].updated_at);
  expect(stamps[3].deleted_at).toBe(stamps[3].updated_at);
  expect(new Set(stamps.map(({ updated_at }) => updated_at)).size).toBe(4);
  await db.close();
  await own.drop();
});

async function changesOf(id: string): Promise<unknown[]> {
  const text = 'select changes from outbox where task_id = $1 order by version';
  return (await database.query<{ changes: unknown }>({ text, values: [id] })).map(({ changes }) => changes);
}

async function waitingForLocks(): Promise<number> {
  const text = `
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`;
  return (await database.query({ text, values: [] })).length;
}

test('another tenant’s task is none', async () => {
  const { task } = await createTask(database, change, newTask.parse({ title: 'x' }));
  const theirs = { ...change, tenant: 'other', id: task.id };
  expect(await findTask(database, 'other', task.id)).toBeUndefined();
  expect(await updateTask(database, theirs, { title: 'y' })).toBeUndefined();
  expect(await trashTask(database, theirs)).toBeUndefined();
  expect(await restoreTask(database, theirs)).toBeUndefined();
});

test('updated_at never goes back, whichever of racing writers began first', async () => {
  const { task } = await createTask(database, change, newTask.parse({ title: 'x' }));
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, writer) =>
      updateTask(database, { ...change, id: task.id }, { title: `by ${writer}` }),
    ),
  );
  const byVersion = outcomes
    .map(outcome => JSON.parse(outcome?.task.json ?? '{}'))
    .toSorted((first, second) => first.version - second.version);
  const instants = byVersion.map(({ updated_at }) => updated_at);
  expect(instants).toEqual(instants.toSorted());
});
