import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sendCleanUp, sendNudge } from '../../local/testing/events.ts';
import { sql } from '../../local/testing/sql.ts';
import { parseEnvironment } from '../environment.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { type TenantEraser, tenantEraser } from './tenant-eraser.ts';

function eraserOf(environment: Readonly<Record<string, string>>): TenantEraser {
  const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };
  return tenantEraser.open(parseEnvironment(tenantEraser.variables, environment), telemetry);
}

test('nothing of the tenant is left in any store, and everything of another one', async () => {
  // Of a Redis database of its own: the tenant `local` of other tests must not be touched.
  await using api = await openApi();
  const own = { ...api.environment, REDIS_URL: `${api.environment.REDIS_URL}/9` };
  await using tenant = await openApi(own);
  const { id } = await tenant.create({ title: 'mine' });
  const trashed = await tenant.create({ title: 'mine, too' });
  await tenant.request('DELETE', `/api/tasks/${trashed.id}`);
  await tenant.request('POST', '/api/tasks', { body: { title: 'x' }, headers: { 'idempotency-key': randomUUID() } });
  await sendNudge(tenant);
  await tenant.patch(id, { title: 'waits in the outbox' });
  await sql(
    api,
    `insert into tasks (tenant, title, description, status, priority, labels, created_by, created_at, updated_at)
    values ('other', 'theirs', '', 'pending', 'low', '{}', 'me', now(), now())`,
  );

  const eraser = eraserOf(own);
  expect(await eraser.erase('local', 0)).toEqual({ postgresql: 0, redis: 0, mongodb: 0 });
  await eraser.close();

  expect((await tenant.request('GET', `/api/tasks/${id}`)).status).toBe(404);
  expect((await tenant.request('GET', `/api/tasks/${id}/activities`)).status).toBe(404);
  const refused = await tenant.request('POST', '/api/tasks', { body: { title: 'again' } });
  expect([refused.status, refused.json.type]).toEqual([403, '/problems/forbidden']);
  expect(await sql(api, 'select tenant from tasks')).toEqual([{ tenant: 'other' }]);
});

test('a writer that began before the mark is waited for, and what it wrote is erased', async () => {
  await using api = await openApi();
  const own = { ...api.environment, REDIS_URL: '' };
  const late = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await late.connect();
  await late.query('begin');
  await late.query(`insert into tasks (tenant, title, description, status, priority, labels, created_by, created_at, updated_at)
    values ('local', 'late', '', 'pending', 'low', '{}', 'me', now(), now())`);
  const eraser = eraserOf(own);
  const erased = eraser.erase('local', 0);
  await expect.poll(() => sql(api, 'select tenant from erased_tenants')).toEqual([{ tenant: 'local' }]);
  await late.query('commit');
  await late.end();
  expect(await erased).toEqual({ postgresql: 0, redis: undefined, mongodb: 0 });
  await eraser.close();
});

test('what waits is skipped by the relay, and what comes back is erased by the clean-up for 7 days', async () => {
  await using api = await openApi();
  const { id } = await api.create({ title: 'x' });
  await sql(api, "insert into erased_tenants (tenant) values ('local')");
  await sendNudge(api);
  expect(await sql(api, 'select count(*)::int as rows from outbox')).toEqual([{ rows: 1 }]);
  await sql(api, "update erased_tenants set erased_at = now() - interval '8 days'");
  await sendCleanUp(api);
  expect(await sql(api, 'select id from tasks')).toEqual([{ id }]);
  await sql(api, "update erased_tenants set erased_at = now() - interval '6 days'");
  await sendCleanUp(api);
  expect(await sql(api, 'select (select count(*) from tasks) + (select count(*) from outbox) as rows')).toEqual([
    { rows: '0' },
  ]);
});
