import { describe, expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { type Database, openPostgresql, type Statement } from '../stores/postgresql.ts';
import { passLane, rowsToLog, rowsToRepair } from './outbox.ts';

function database(api: Api): Database {
  const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };
  return openPostgresql({ DATABASE_URL: api.environment.DATABASE_URL ?? '' }, telemetry);
}

/** @param bytes of each row's changes, or a few more */
function fill(api: Api, rows: number, bytes = 2): Promise<unknown> {
  return sql(
    api,
    `insert into outbox (tenant, task_id, version, action, actor, request_id, at, changes)
    select 'one', gen_random_uuid(), 1, 'created', 'me', 'request', now(), json_build_object('title', repeat('x', ${bytes}))
    from generate_series(1, ${rows})`,
  );
}

test('rows that both lanes pass at once leave at once', async () => {
  await using api = await openApi();
  const db = database(api);
  for (let round = 0; round < 50; round += 1) {
    await fill(api, 30);
    const ids = (await sql(api, 'select id from outbox')).map(({ id }) => String(id));
    const backwards = ids.toReversed();
    await Promise.all([
      passLane(db, 'logged', ids),
      passLane(db, 'repaired', backwards),
      passLane(db, 'logged', backwards.slice(10)),
      passLane(db, 'repaired', ids.slice(10)),
    ]);
    expect(await sql(api, 'select logged_at, repaired_at from outbox')).toEqual([]);
  }
  await db.close();
});

test('a batch is cut by rows and by bytes, and never to nothing', async () => {
  await using api = await openApi();
  const db = database(api);
  const read = async () => {
    const { rows, more } = await rowsToLog(db);
    await sql(api, `delete from outbox where id in (${rows.map(({ id }) => `'${id}'`).join()})`);
    return [rows.length, more];
  };
  await fill(api, 4, 750_000);
  await fill(api, 2, 5_000_000);
  await fill(api, 210);
  // The row that reaches the two million is the last.
  const batches = [await read(), await read(), await read(), await read(), await read()];
  expect(batches).toEqual([
    [3, true],
    [2, true],
    [1, true],
    [200, true],
    [10, false],
  ]);
  await db.close();
});

describe('of a long outbox', () => {
  test.beforeAll(async ({ api }) => {
    await fill(api, 100_000);
    await sql(api, 'analyze outbox');
  });

  test.for([
    ['log', rowsToLog],
    ['repair', rowsToRepair],
  ] as const)('the oldest rows to %s are read, and no others', async ([_name, read], { api }) => {
    const asked: Statement[] = [];
    const remember = async (statement: Statement) => {
      asked.push(statement);
      return [];
    };
    await read({ query: remember });
    expect(asked).toHaveLength(1);
    for (const statement of asked) expect(await blocksRead(api, statement)).toBeLessThan(500);
  });
});

/** Blocks of 8 KiB. */
async function blocksRead(api: Api, { text, values }: Statement): Promise<number> {
  const statement = text.replace(/\$(\d)/g, (_, number) => String(values[number - 1]));
  const plan = await sql(api, `explain (analyze, buffers) ${statement}`);
  const [, hit = 0, read = 0] = /shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(JSON.stringify(plan)) ?? [];
  return Number(hit) + Number(read);
}
