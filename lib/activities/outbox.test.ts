import { describe, expect } from 'vitest';
import { type Api, test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { openPostgresql, type Statement } from '../stores/postgresql.ts';
import { type Lane, passLane, waitingRows } from './outbox.ts';

function database(api: Api) {
  const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };
  return openPostgresql({ DATABASE_URL: api.environment.DATABASE_URL ?? '' }, telemetry);
}

const lanes: readonly Lane[] = ['logged', 'repaired'];

test('rows that both lanes pass at once leave at once', async ({ api }) => {
  const db = database(api);
  for (let round = 0; round < 50; round += 1) {
    await api.create({ title: 'x' });
    const ids = (await sql(api, 'select id from outbox')).map(({ id }) => String(id));
    await Promise.all([passLane(db, 'logged', ids), passLane(db, 'repaired', ids)]);
    expect(await sql(api, 'select logged_at, repaired_at from outbox')).toEqual([]);
  }
  await db.close();
});

describe('of a long outbox', () => {
  test.beforeAll(async ({ api }) => {
    await sql(
      api,
      `insert into outbox (tenant, task_id, version, action, actor, request_id, at, changes)
      select 'one', gen_random_uuid(), 1, 'created', 'me', 'request', now(), '{}' from generate_series(1, 100000)`,
    );
    await sql(api, 'analyze outbox');
  });

  test.for(lanes)('the oldest rows of the lane %s are read, and no others', async (lane, { api }) => {
    const asked: Statement[] = [];
    const remember = async (statement: Statement) => {
      asked.push(statement);
      return [];
    };
    await waitingRows({ query: remember }, lane, 200);
    for (const { text, values } of asked) {
      expect(await blocksRead(api, text.replace('$1', String(values[0])))).toBeLessThan(500);
    }
    expect(asked).toHaveLength(1);
  });
});

async function blocksRead(api: Api, statement: string): Promise<number> {
  const plan = await sql(api, `explain (analyze, buffers) ${statement}`);
  const [, hit = 0, read = 0] = /shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(JSON.stringify(plan)) ?? [];
  return Number(hit) + Number(read);
}
