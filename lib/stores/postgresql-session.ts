/** One connection to PostgreSQL of a job's own: no statement on it is cut, and what it locks is held until it closes. */
import { setTimeout as pause } from 'node:timers/promises';
import { classify, type Queryable, runStatement } from './postgresql.ts';
import { connectionTo } from './postgresql-connection.ts';
import { withOptions } from './postgresql-url.ts';

export interface Session extends Queryable {
  /** Aborted when the server has stopped answering: whatever else waits for it is to end, too. */
  readonly lost: AbortSignal;
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

/** Milliseconds. */
const limits = { silence: 15_000, look: 5_000 };

/**
 * Beside it another connection asks whether the server still answers: a statement may take its time, a server that hangs
 * may not.
 *
 * @param name what pg_stat_activity shows
 * @throws {Unavailable}
 */
export async function openSession(databaseUrl: string, name: string): Promise<Session> {
  const main = connectionTo(withOptions(databaseUrl, sessionOptions), name);
  const beside = connectionTo(databaseUrl, name, { query_timeout: limits.silence });
  const lost = new AbortController();
  let closed = false;

  async function watch(): Promise<void> {
    while (!closed) {
      await beside.client.query('select');
      await pause(limits.look, undefined, { ref: false });
    }
  }

  try {
    await Promise.all([main.client.connect(), beside.client.connect()]);
  } catch (error) {
    main.cut();
    beside.cut();
    throw classify(error);
  }
  watch().catch(() => {
    if (closed) return;
    lost.abort();
    main.cut();
  });
  return {
    query: statement => runStatement(main.client, statement),
    lost: lost.signal,
    async close() {
      closed = true;
      await Promise.all([main.close(), beside.close()]);
    },
  };
}
