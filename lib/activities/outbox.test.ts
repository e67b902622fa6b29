import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { openPostgresql } from '../stores/postgresql.ts';
import { passLane } from './outbox.ts';

test('rows that both lanes pass at once leave at once', async ({ api }) => {
  const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };
  const db = openPostgresql({ DATABASE_URL: api.environment.DATABASE_URL ?? '' }, telemetry);
  for (let round = 0; round < 50; round += 1) {
    await api.create({ title: 'x' });
    const ids = (await sql(api, 'select id from outbox')).map(({ id }) => String(id));
    await Promise.all([passLane(db, 'logged', ids), passLane(db, 'repaired', ids)]);
    expect(await sql(api, 'select logged_at, repaired_at from outbox')).toEqual([]);
  }
  await db.close();
});
