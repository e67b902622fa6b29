/** Leaves nobody else a connection to a PostgreSQL server; those that there are are ended. Disposed of, they are free. */
import pg from 'pg';

const ours = 'takes all connections';

export async function takeAllConnections(url: string): Promise<AsyncDisposable> {
  const taken: pg.Client[] = [];

  async function take(): Promise<'taken' | 'none left'> {
    const client = new pg.Client({ connectionString: url, application_name: ours });
    client.on('error', () => {}); // the server may be killed meanwhile
    try {
      await client.connect();
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === tooManyConnections) return 'none left';
      throw error;
    }
    taken.push(client);
    return 'taken';
  }

  /** @returns how many there were */
  async function endOthers(): Promise<number> {
    const { rowCount = 0 } = (await taken[0]?.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where backend_type = 'client backend' and application_name <> '${ours}'`,
    )) ?? { rowCount: 0 };
    return rowCount ?? 0;
  }

  do {
    while ((await take()) === 'taken');
  } while ((await endOthers()) > 0);
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(taken.map(client => client.end()));
    },
  };
}

const tooManyConnections = '53300';
