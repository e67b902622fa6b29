/** A transaction that has run a statement, and stays open. */
import pg from 'pg';

export interface Holder extends AsyncDisposable {
  /** Whether a statement in this database waits for a lock. */
  isWaitedFor(): Promise<boolean>;
  release(): Promise<void>;
}

export async function hold(databaseUrl: string, statement: string): Promise<Holder> {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const client = await pool.connect();
  await client.query('begin');
  await client.query(statement);
  return {
    async isWaitedFor() {
      const { rowCount } = await pool.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      return rowCount !== 0;
    },
    release: async () => void (await client.query('commit')),
    async [Symbol.asyncDispose]() {
      client.release(true);
      await pool.end();
    },
  };
}
