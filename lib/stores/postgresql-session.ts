/** One connection to PostgreSQL of a job's own: no statement on it is cut, and what it locks is held until it closes. */
import pg from 'pg';
import { classify, type Queryable, runStatement } from './postgresql.ts';

export interface Session extends Queryable {
  close(): Promise<void>;
}

/** A server whose client has vanished without a word notices within a minute, and ends the session with its locks. */
const settings = {
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  transaction_timeout: 0,
  idle_session_timeout: 0,
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
  // A database that is being restored refuses the writes of everybody else.
  default_transaction_read_only: 'off',
} as const;

/** What libpq's programs and ours say to begin a session like this one. */
export const sessionOptions: string = Object.entries(settings)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

/**
 * @param name what pg_stat_activity shows
 * @throws {Unavailable}
 */
export async function openSession(databaseUrl: string, name: string): Promise<Session> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    application_name: name,
    options: sessionOptions,
    keepAlive: true,
  });
  client.on('error', () => {}); // the next statement tells
  try {
    await client.connect();
  } catch (error) {
    throw classify(error);
  }
  return { query: statement => runStatement(client, statement), close: () => client.end() };
}
