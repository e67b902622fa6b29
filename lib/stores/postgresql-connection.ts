/** A single connection to PostgreSQL that can be cut, whatever the server does. */
import { Socket } from 'node:net';
import pg from 'pg';
import { forDriver } from './postgresql-url.ts';

export interface PostgresqlConnection {
  readonly client: pg.Client;
  /** What waits on it fails. */
  cut(): void;
  /** Says good-bye; a server that does not answer is not waited for. */
  close(): Promise<void>;
}

/** Milliseconds. */
const limits = { connect: 10_000, close: 2_000 };

/** Not connected yet. */
export function connectionTo(databaseUrl: string, name: string, more: pg.ClientConfig = {}): PostgresqlConnection {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: forDriver(databaseUrl),
    application_name: name,
    connectionTimeoutMillis: limits.connect,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    stream: () => socket,
    ...more,
  });
  client.on('error', () => {}); // told to who waits for an answer
  const cut = () => void socket.destroy();
  return {
    client,
    cut,
    async close() {
      const patience = setTimeout(cut, limits.close);
      await client.end();
      clearTimeout(patience);
    },
  };
}
