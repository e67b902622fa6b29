/** A transaction that has run a statement, and stays open. */
import pg from 'pg';

/** Disposed of, it is rolled back. */
export interface Holder extends AsyncDisposable {
  /** Whether a statement in this database waits for a lock. */
  isWaitedFor(): Promise<boolean>;
  release(): Promise<void>;
}

export async function hold(databaseUrl: string, statement: string): Promise<Holder> {
  const [holder, witness] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([holder.connect(), witness.connect()]);
  await holder.query('begin');
  await holder.query(statement);
  return {
    async isWaitedFor() {
      const { rowCount } = await witness.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      return rowCount !== 0;
    },
    release: async () => void (await holder.query('commit')),
    async [Symbol.asyncDispose]() {
      await Promise.all([holder.end(), witness.end()]);
    },
  };
}
