/**
 * The clean-up is cut off at each of its steps: nothing is half ended then, and the next run ends the rest. A purged task has
 * one activity that says so, and a tombstone that has gone has left nothing.
 */
import { MongoClient } from 'mongodb';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Api, openApi } from '../../local/testing/api.ts';
import { sendCleanUp, sendNudge } from '../../local/testing/events.ts';
import { type FunctionProcess, startFunction } from '../../local/testing/function-process.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { sql } from '../../local/testing/sql.ts';

interface Scene {
  readonly api: Api;
  /** In the trash for 31 days. */
  readonly trashed: readonly string[];
  /** Purged 92 days ago. */
  readonly buried: readonly string[];
}

/** Something for each step to do: a trash, old tombstones, an old key, and a row that came after its tenant's erasure. */
async function scene(): Promise<Scene> {
  const api = await openApi();
  onTestFinished(() => api[Symbol.asyncDispose]());
  const trash = async () => {
    const { id } = await api.create({ title: 'x' });
    await api.request('DELETE', `/api/tasks/${id}`);
    return id;
  };
  const longAgo = () => sql(api, `update tasks set deleted_at = deleted_at - interval '31 days'`);
  const buried = [await trash(), await trash()];
  await longAgo();
  await sendCleanUp(api);
  await sendNudge(api);
  await sql(api, `update tombstones set purged_at = purged_at - interval '92 days'`);

  const trashed = [await trash(), await trash()];
  await longAgo();
  await api.request('POST', '/api/tasks', { body: { title: 'y' }, headers: { 'idempotency-key': 'old' } });
  await sql(api, `update idempotency_keys set created_at = now() - interval '25 hours'`);
  await sql(
    api,
    `insert into erased_tenants (tenant) values ('gone');
     insert into outbox (tenant, task_id, version, action, actor, request_id, at, changes)
     values ('gone', uuidv7(), 1, 'created', 'late', 'late', now(), '{}')`,
  );
  return { api, trashed, buried };
}

async function startCleanUp({ environment }: Api, changes: Readonly<Record<string, string>> = {}) {
  const { PORT: _port, METRICS_PORT: _metricsPort, ...stores } = environment;
  const cleanUp = await startFunction('clean-up', { ...stores, LOG_LEVEL: 'info', ...changes });
  onTestFinished(() => cleanUp[Symbol.asyncDispose]());
  return cleanUp;
}

/** @returns the status; 0 when the process ended before it answered */
async function clean({ url }: FunctionProcess): Promise<number> {
  const headers = {
    'ce-specversion': '1.0',
    'ce-type': 'task-manager.clean-up.due',
    'ce-source': '/test',
    'ce-id': '1',
  };
  return fetch(url, { method: 'POST', headers }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** Everything that there is of a task, in both stores. */
async function remains({ environment }: Api, id: string) {
  const client = new pg.Client({ connectionString: environment.DATABASE_URL });
  const mongo = new MongoClient(environment.MONGODB_URL ?? '');
  await client.connect();
  try {
    const count = async (table: string) => (await client.query(`select from ${table} where id = $1`, [id])).rowCount;
    const { rows } = await client.query<{ id: string; action: string }>(
      'select id, action from outbox where task_id = $1',
      [id],
    );
    const logged = await mongo
      .db()
      .collection<{ _id: string; action: string }>('activities')
      .find({ task_id: id })
      .toArray();
    const activities = new Map([
      ...rows.map(({ id, action }) => [id, action] as const),
      ...logged.map(({ _id, action }) => [_id, action] as const),
    ]);
    const actions = [...activities.values()];
    return { tasks: await count('tasks'), tombstones: await count('tombstones'), actions: actions.toSorted() };
  } finally {
    await Promise.all([client.end(), mongo.close()]);
  }
}

const inTheTrash = { tasks: 1, tombstones: 0, actions: ['created', 'deleted'] };
const purged = { tasks: 0, tombstones: 1, actions: ['created', 'deleted', 'purged'] };
const nothing = { tasks: 0, tombstones: 0, actions: [] };

async function expectNothingHalfEnded({ api, trashed, buried }: Scene): Promise<void> {
  for (const id of trashed) expect([inTheTrash, purged]).toContainEqual(await remains(api, id));
  for (const id of buried) {
    const left = await remains(api, id);
    if (left.tombstones === 0) expect(left).toEqual(nothing);
    // However far its removal has come, nobody sees it.
    expect((await api.request('GET', `/api/tasks/${id}/activities`)).status).toBe(404);
  }
}

async function expectAllEnded({ api, trashed, buried }: Scene): Promise<void> {
  for (const id of trashed) {
    expect(await remains(api, id)).toEqual(purged);
    const { json } = await api.request('GET', `/api/tasks/${id}/activities`);
    expect(json.items.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
  }
  for (const id of buried) expect(await remains(api, id)).toEqual(nothing);
  expect(await sql(api, 'select key from idempotency_keys')).toEqual([]);
  expect(await sql(api, `select from outbox where tenant = 'gone'`)).toEqual([]);
}

/** Holds what a step of the clean-up needs, and tells when it waits for it. */
async function inTheWay(api: Api, lock: string) {
  const client = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`begin; ${lock}`);
  const stuck = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const count = async () => (await sql(api, `select from ${stuck}`)).length;
  return {
    stuck: () => expect.poll(count, { timeout: 10_000 }).toBe(1),
    endConnections: () => sql(api, `select pg_terminate_backend(pid) from ${stuck}`),
    async release() {
      await client.query('rollback');
      await expect.poll(count).toBe(0);
    },
  };
}

describe.for([
  ['the purge of the trash', 'lock table tombstones in share mode'],
  ['the end of idempotency keys', 'select from idempotency_keys for update'],
  ['the end of tombstones', 'select from tombstones for update'],
  ['the second erasure', `select from outbox where tenant = 'gone' for update`],
] as const)('in %s', ([_step, lock]) => {
  test('it is killed, and PostgreSQL carries out the statement all the same', async () => {
    const all = await scene();
    const { stuck, release } = await inTheWay(all.api, lock);
    const cleanUp = await startCleanUp(all.api);
    const answer = clean(cleanUp);
    await stuck();
    cleanUp.kill('SIGKILL');
    expect(await answer).toBe(0);
    await release();
    await expectNothingHalfEnded(all);
    expect(await clean(await startCleanUp(all.api))).toBe(204);
    await expectAllEnded(all);
  });

  test('PostgreSQL ends its connection, and undoes the statement', async () => {
    const all = await scene();
    const { stuck, endConnections, release } = await inTheWay(all.api, lock);
    const cleanUp = await startCleanUp(all.api);
    const answer = clean(cleanUp);
    await stuck();
    await endConnections();
    expect(await answer).toBe(503);
    await release();
    await expectNothingHalfEnded(all);
    expect(await clean(cleanUp)).toBe(204);
    await expectAllEnded(all);
  });
});

test.for(['hang', 'shut'] as const)('MongoDB is away in the middle: %s', async how => {
  const all = await scene();
  await using gate = await gateTo(all.api.environment.MONGODB_URL ?? '');
  await gate.open();
  const { stuck, release } = await inTheWay(all.api, 'select from idempotency_keys for update');
  const cleanUp = await startCleanUp(all.api, { MONGODB_URL: direct(gate.url) });
  const answer = clean(cleanUp);
  await stuck();
  await gate[how]();
  await release();
  expect(await answer).toBe(503);
  await expectNothingHalfEnded(all);
  await gate.shut();
  await gate.open();
  await expect.poll(() => clean(cleanUp), { timeout: 10_000 }).toBe(204);
  await expectAllEnded(all);
});

test('killed while MongoDB removes activities: what was removed nobody misses, and the next run ends it', async () => {
  const all = await scene();
  await using gate = await gateTo(all.api.environment.MONGODB_URL ?? '');
  await gate.open();
  const { stuck, release } = await inTheWay(all.api, 'select from tombstones for update');
  const cleanUp = await startCleanUp(all.api, { MONGODB_URL: direct(gate.url) });
  const answer = clean(cleanUp);
  await stuck(); // the log has forgotten, and the tombstones are still there
  await gate.hang();
  cleanUp.kill('SIGKILL');
  await answer;
  for (const id of all.buried) expect(await remains(all.api, id)).toEqual({ ...nothing, tombstones: 1 });
  await expectNothingHalfEnded(all);
  await release();
  expect(await clean(await startCleanUp(all.api))).toBe(204);
  await expectAllEnded(all);
});

test('its turn is lost half-way: it removes nothing that a backup may be reading', async () => {
  const all = await scene();
  const { stuck, release } = await inTheWay(all.api, 'select from idempotency_keys for update');
  const cleanUp = await startCleanUp(all.api);
  const answer = clean(cleanUp);
  await stuck();
  await sql(
    all.api,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'task-manager clean-up' and datname = current_database()`,
  );
  await release();
  expect(await answer).toBe(503);
  expect(await sql(all.api, 'select id from tombstones')).toHaveLength(all.buried.length + all.trashed.length);
  expect(await clean(cleanUp)).toBe(204);
  await expectAllEnded(all);
});

test('two at once end what one would', async () => {
  const all = await scene();
  const { stuck, release } = await inTheWay(all.api, 'select from idempotency_keys for update');
  const [one, other] = [await startCleanUp(all.api), await startCleanUp(all.api)];
  const answers = [clean(one)];
  await stuck();
  answers.push(clean(other));
  await release();
  expect(await Promise.all(answers)).toEqual([204, 204]);
  await expectAllEnded(all);
});
