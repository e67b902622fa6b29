import pg from 'pg';
import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sendCleanUp, sendNudge } from '../../local/testing/events.ts';
import { sql } from '../../local/testing/sql.ts';

const trashed = async (api: Api, days: number) => {
  const { id } = await api.create({ title: 'x' });
  await api.request('DELETE', `/api/tasks/${id}`);
  await sql(api, `update tasks set deleted_at = deleted_at - interval '${days} days' where id = '${id}'`);
  return id;
};

const activitiesOf = (api: Api, id: string) => api.request('GET', `/api/tasks/${id}/activities`);

test('what has been in the trash for 30 days is purged, by the system; its activities stay', async () => {
  await using api = await openApi();
  const [old, young, standing] = [
    await trashed(api, 30),
    await trashed(api, 29),
    (await api.create({ title: 'y' })).id,
  ];
  await sendCleanUp(api);
  expect(await sql(api, 'select id from tasks order by id')).toEqual([young, standing].toSorted().map(id => ({ id })));
  for (const moved of [false, true]) {
    if (moved) await sendNudge(api);
    const { json } = await activitiesOf(api, old);
    expect(json.items).toMatchObject([
      { action: 'purged', actor: 'system', version: 3, changes: {} },
      { action: 'deleted', version: 2 },
      { action: 'created', version: 1 },
    ]);
  }
  expect((await api.request('POST', `/api/tasks/${old}/restore`)).status).toBe(404);
  const told = await sql(api, "select detail from heartbeats where name = 'clean-up'");
  expect(told).toEqual([{ detail: { purged: 1, keys: 0, tombstones: 0 } }]);
});

test('TRASH_DAYS says how long', async () => {
  await using api = await openApi({ TRASH_DAYS: '3' });
  await trashed(api, 3);
  await trashed(api, 2);
  await sendCleanUp(api);
  expect(await sql(api, 'select count(*)::int as tasks from tasks')).toEqual([{ tasks: 1 }]);
});

test('more than a batch, twice at once, is purged once', async () => {
  await using api = await openApi();
  await sql(
    api,
    `insert into tasks (tenant, title, description, status, priority, labels, created_by, created_at, updated_at, deleted_at)
     select 'local', 'x', '', 'pending', 'low', '{}', 'me', now(), now(), now() - interval '31 days' from generate_series(1, 1200)`,
  );
  await Promise.all([sendCleanUp(api), sendCleanUp(api)]);
  expect(await sql(api, 'select count(*)::int as tasks from tasks')).toEqual([{ tasks: 0 }]);
  expect(await sql(api, 'select count(*)::int as rows from tombstones')).toEqual([{ rows: 1200 }]);
  expect(await sql(api, "select count(*)::int as rows from outbox where action = 'purged'")).toEqual([{ rows: 1200 }]);
});

test.for([
  ['with a log', {}],
  ['without one', { MONGODB_URL: '' }],
] as const)('after 91 days the activities end, then the tombstone: %s', async ([, changes]) => {
  await using api = await openApi(changes);
  const [old, young] = [await trashed(api, 31), await trashed(api, 31)];
  await sendCleanUp(api);
  await sendNudge(api);
  await sql(api, `update tombstones set purged_at = purged_at - interval '91 days' where id = '${old}'`);
  await sendCleanUp(api);
  expect((await activitiesOf(api, old)).status).toBe(404);
  expect((await activitiesOf(api, young)).json.items).toHaveLength(3);
  expect(await sql(api, `select count(*)::int as rows from outbox where task_id = '${old}'`)).toEqual([{ rows: 0 }]);
});

test('a tombstone waits for what the relay has not logged', async () => {
  await using api = await openApi();
  const id = await trashed(api, 31);
  await sendCleanUp(api);
  await sql(api, "update tombstones set purged_at = purged_at - interval '91 days'");
  await sendCleanUp(api);
  expect(await sql(api, `select id from tombstones`)).toEqual([{ id }]);
  expect(await sql(api, 'select version from outbox order by version')).toHaveLength(3);
  await sendNudge(api);
  await sendCleanUp(api);
  expect(await sql(api, `select id from tombstones`)).toEqual([]);
});

test('idempotency keys end after 24 hours', async () => {
  await using api = await openApi();
  for (const key of ['old', 'young'])
    await api.request('POST', '/api/tasks', { body: { title: key }, headers: { 'idempotency-key': key } });
  await sql(api, "update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'");
  await sendCleanUp(api);
  expect(await sql(api, 'select key from idempotency_keys')).toEqual([{ key: 'young' }]);
});

test('a key that is claimed anew while it is to end stays', async () => {
  await using api = await openApi();
  await api.request('POST', '/api/tasks', { body: { title: 'old' }, headers: { 'idempotency-key': 'key' } });
  await sql(api, "update idempotency_keys set created_at = now() - interval '25 hours'");
  const claimer = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await claimer.connect();
  await claimer.query('begin');
  await claimer.query('update idempotency_keys set created_at = now()');
  const cleaned = sendCleanUp(api);
  const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  await expect.poll(() => sql(api, waiting), { timeout: 5_000 }).not.toEqual([]);
  await claimer.query('commit');
  await claimer.end();
  await cleaned;
  expect(await sql(api, 'select key from idempotency_keys')).toEqual([{ key: 'key' }]);
});
