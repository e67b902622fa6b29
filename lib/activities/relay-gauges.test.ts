/** What a scrape of the relay tells of the outbox, the change feed and the heartbeats. */
import pg from 'pg';
import { expect } from 'vitest';
import { databasesAt } from '../../local/stores/databases.ts';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { scrape } from '../../local/testing/scrape.ts';
import { sql } from '../../local/testing/sql.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { type Database, openPostgresql } from '../stores/postgresql.ts';
import type { Lane } from './outbox.ts';
import { openRelayGauges } from './relay-gauges.ts';
import { openStoreUp } from './store-up.ts';

interface Scraped extends AsyncDisposable {
  /** The value of a series, such as `outbox_rows{lane="logged"}`; undefined when there is none. */
  scrape(): Promise<(series: string) => number | undefined>;
}

function gaugesOf(url: string, lanes: readonly Lane[] = ['logged', 'repaired']): Scraped {
  const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };
  const db: Database = openPostgresql({ DATABASE_URL: url }, telemetry);
  openRelayGauges(db, lanes, openStoreUp(telemetry.metrics), telemetry);
  return { scrape: () => scrape(telemetry.metrics), [Symbol.asyncDispose]: () => db.close() };
}

const urlOf = (api: Api) => api.environment.DATABASE_URL ?? '';

const row = (columns: string, values: string) => `
  insert into outbox (tenant, task_id, version, action, actor, request_id, changes, at${columns})
  select 'one', gen_random_uuid(), 1, 'created', 'me', 'request', '{}', now() - n * interval '1 minute'${values}
  from generate_series(1, 3) as n`;

test('each lane has its rows and the age of its oldest, and what is parked is told apart', async () => {
  await using api = await openApi();
  await using gauges = gaugesOf(urlOf(api));
  const empty = await gauges.scrape();
  expect(empty('store_up{store="postgresql"}')).toBe(1);
  for (const lane of ['logged', 'repaired']) {
    expect(empty(`outbox_rows{lane="${lane}"}`)).toBe(0);
    expect(empty(`outbox_oldest_row_age_seconds{lane="${lane}"}`)).toBe(0);
  }
  expect(empty('outbox_parked_rows')).toBe(0);

  // Rows are moved in the order of their ids: the age is that of the first, not the greatest.
  await sql(api, row(', repaired_at', ', now()'));
  await sql(api, row(', parked_because, repaired_at', ", 'refused', now()"));
  await sql(api, row(', logged_at', ', now()'));
  await sql(api, row('', '').replaceAll("'one'", "'erased'"));
  await sql(api, "insert into erased_tenants (tenant) values ('erased')");
  const full = await gauges.scrape();
  for (const lane of ['logged', 'repaired']) {
    expect(full(`outbox_rows{lane="${lane}"}`)).toBe(3);
    const age = full(`outbox_oldest_row_age_seconds{lane="${lane}"}`);
    expect(age).toBeGreaterThanOrEqual(60);
    expect(age).toBeLessThan(100);
  }
  expect(full('outbox_parked_rows')).toBe(3);
});

test('a store that answers is up, also when it does not tell its gauges', async () => {
  await using api = await openApi();
  await using gauges = gaugesOf(urlOf(api));
  await sql(api, `insert into heartbeats values ('back-up', now(), '{"taken_at": "some day"}')`);
  const refused = await gauges.scrape();
  expect(refused('store_up{store="postgresql"}')).toBe(1);
  expect(refused('outbox_parked_rows')).toBeUndefined();

  await sql(api, 'delete from heartbeats');
  const holder = new pg.Client({ connectionString: urlOf(api) });
  await holder.connect();
  await holder.query('begin; lock table heartbeats in access exclusive mode');
  const late = await gauges.scrape();
  expect(late('store_up{store="postgresql"}')).toBe(1);
  expect(late('outbox_parked_rows')).toBeUndefined();
  await holder.end();
  await expect.poll(async () => (await gauges.scrape())('outbox_parked_rows'), { timeout: 15_000 }).toBe(0);
});

test('counting ends at 10,000 rows', async () => {
  await using api = await openApi();
  await sql(api, row('', '').replace('(1, 3)', '(1, 10001)'));
  await using gauges = gaugesOf(urlOf(api));
  expect((await gauges.scrape())('outbox_rows{lane="logged"}')).toBe(10_000);
});

test('without a log only the repair has a lane to be behind in', async ({ api }) => {
  await using gauges = gaugesOf(urlOf(api), ['repaired']);
  const told = await gauges.scrape();
  expect(told('outbox_rows{lane="repaired"}')).toBe(0);
  expect(told('outbox_rows{lane="logged"}')).toBeUndefined();
});

test('the feed lags by the age of the transaction that holds it, in whichever database of the server', async ({
  api,
}) => {
  await using gauges = gaugesOf(urlOf(api));
  const elsewhere = await freshDatabase();
  const holder = new pg.Client({ connectionString: elsewhere.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select pg_current_xact_id(), pg_sleep(0.5)');
  expect((await gauges.scrape())('change_feed_lag_seconds')).toBeGreaterThanOrEqual(0.5);
  await holder.query('rollback');
  await holder.end();
  await elsewhere.drop();
  await expect
    .poll(async () => (await gauges.scrape())('change_feed_lag_seconds'), { timeout: 15_000 })
    .toBeLessThan(0.5);
});

test('the relay is told by the owner how old the transactions of other roles are; by one who may not see it, nothing', async () => {
  await using api = await openApi();
  const { keeper, writer } = databasesAt(urlOf(api));
  const holder = new pg.Client({ connectionString: writer });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select pg_current_xact_id(), pg_sleep(0.5)');
  await using gauges = gaugesOf(keeper);
  expect((await gauges.scrape())('change_feed_lag_seconds')).toBeGreaterThanOrEqual(0.5);

  const blind = `blind_${urlOf(api).split('_').at(-1)}`;
  await sql(api, `create role ${blind}`);
  await sql(api, `grant create on schema public to ${blind}`);
  await sql(api, `alter function open_transactions owner to ${blind}`);
  const told = await gauges.scrape();
  expect(told('store_up{store="postgresql"}')).toBe(1);
  expect(told('outbox_parked_rows')).toBe(0);
  expect(told('change_feed_lag_seconds')).toBeUndefined();
  await holder.end();
  await sql(api, `drop owned by ${blind}`);
  await sql(api, `drop role ${blind}`);
});

test('a heartbeat is told by its instant, and one that never was is not', async () => {
  await using api = await openApi();
  await using gauges = gaugesOf(urlOf(api));
  const series = 'heartbeat_timestamp_seconds{name="mongodb"}';
  expect((await gauges.scrape())(series)).toBeUndefined();
  await sql(api, "insert into heartbeats (name, at, detail) values ('mongodb', '2026-11-22T09:00:00Z', '{}')");
  expect((await gauges.scrape())(series)).toBe(Date.parse('2026-11-22T09:00:00Z') / 1_000);
});

test('the server tells how many connections it has and may have, and how large the database is', async ({ api }) => {
  await using gauges = gaugesOf(urlOf(api));
  const seen = async () => (await gauges.scrape())('postgresql_connections') ?? 0;
  const before = await seen();
  const more = Array.from({ length: 20 }, () => new pg.Client({ connectionString: urlOf(api) }));
  await Promise.all(more.map(client => client.connect()));
  // Other tests come and go on this server.
  expect(await seen()).toBeGreaterThan(before);
  const limit = more[0]?.query<{ own: number }>(`
    select setting::int - (select sum(setting::int) from pg_settings where name like '%reserved_connections') as own
    from pg_settings where name = 'max_connections'`);
  const told = await gauges.scrape();
  expect([{ own: told('postgresql_connections_max') }]).toEqual(
    (await limit)?.rows.map(({ own }) => ({ own: Number(own) })),
  );
  expect(told('postgresql_database_size_bytes')).toBeGreaterThan(1_000_000);
  await Promise.all(more.map(client => client.end()));
});

test('while PostgreSQL is away or hangs a scrape is answered, without what it cannot know', async ({ api }) => {
  await using gate = await gateTo(urlOf(api));
  await gate.open();
  await using gauges = gaugesOf(gate.url);
  const seen = async (up: number, rows: number | undefined) => {
    const told = await gauges.scrape();
    const values = [
      told('store_up{store="postgresql"}'),
      told('outbox_rows{lane="logged"}'),
      told('outbox_parked_rows'),
    ];
    expect(values).toEqual([up, rows, rows]);
  };
  await seen(1, 0);
  await gate.hang();
  await Promise.all([seen(0, undefined), seen(0, undefined)]);
  await gate.shut();
  await expect.poll(gauges.scrape).toSatisfy(told => told('store_up{store="postgresql"}') === 0);
  await seen(0, undefined);
  await gate.open();
  await expect.poll(async () => (await gauges.scrape())('store_up{store="postgresql"}'), { timeout: 10_000 }).toBe(1);
  await seen(1, 0);
});
