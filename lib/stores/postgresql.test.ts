/** What becomes of a connection to PostgreSQL that is lost while it is in use. */
import { afterAll, expect, test } from 'vitest';
import { freshDatabase } from '../../local/testing/database.ts';
import { gateTo } from '../../local/testing/gate.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { openPostgresql } from './postgresql.ts';
import { Unavailable } from './unavailable.ts';

const database = await freshDatabase();
afterAll(() => database.drop());
const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };

const one = { text: 'select 1 as one', values: [] };
const slow = { text: 'select pg_sleep(60)', values: [] };

/** An error that nobody listens to would fail the run. */
test('lost in a transaction, it is told to its statement, and to the next; another is made', async () => {
  await using gate = await gateTo(database.url);
  await gate.open();
  const db = openPostgresql({ DATABASE_URL: gate.url }, telemetry);
  const outcomes: unknown[] = [];
  const transaction = db.transaction(async client => {
    const sleeping = client.query(slow);
    gate.cut();
    outcomes.push(
      await sleeping.catch((error: unknown) => error),
      await client.query(one).catch((error: unknown) => error),
    );
    return { value: 'made', end: 'commit' };
  });
  await expect(transaction).rejects.toThrow(Unavailable);
  expect(outcomes).toEqual([expect.any(Unavailable), expect.any(Unavailable)]);
  expect(await db.query(one)).toEqual([{ one: 1 }]);
  await db.close();
});
