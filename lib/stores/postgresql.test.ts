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
const quiet = () => ({ log: openLog('test', 'silent'), metrics: openMetrics('test') });

const one = { text: 'select 1 as one', values: [] };
const slow = { text: 'select pg_sleep(60)', values: [] };

/** An error that nobody listens to would fail the run. */
test('lost in a transaction, it is told to its statement, and to the next; another is made', async () => {
  await using gate = await gateTo(database.url);
  await gate.open();
  const db = openPostgresql({ DATABASE_URL: gate.url }, quiet());
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

test('a process has no more connections than it may', async () => {
  const db = openPostgresql({ DATABASE_URL: database.url, DATABASE_CONNECTIONS: 2 }, quiet());
  const asked = { text: 'select pg_backend_pid() as pid, pg_sleep(0.01)', values: [] };
  const answers = await Promise.all(Array.from({ length: 10 }, () => db.query<{ pid: number }>(asked)));
  expect(new Set(answers.flat().map(({ pid }) => pid)).size).toBe(2);
  await db.close();
});
