/**
 * The connection that migrates, and another one beside it, which tells who is in its way and whether the server still
 * answers: a migration may take its time, a server that hangs may not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { classify } from './postgresql.ts';
import { connectionTo } from './postgresql-connection.ts';
import { Unavailable } from './unavailable.ts';

export interface MigrationConnection {
  /** @throws the reason, when the server has stopped answering */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Whoever was last seen to hold a lock that was waited for: process, name, state, age. */
  blockers(): string;
  close(): Promise<void>;
}

/** Milliseconds. */
const limits = { silence: 15_000, look: 250 };

/** What pg_stat_activity shows. */
const name = 'task-manager migrate';

/** A backend that finds its client gone ends what it does: a migration that was killed holds no lock for long. */
const session = 'set client_connection_check_interval = 2000; set statement_timeout = 0';

export async function openMigrationConnection(databaseUrl: string): Promise<MigrationConnection> {
  const main = connectionTo(databaseUrl, name);
  const beside = connectionTo(databaseUrl, name, { query_timeout: limits.silence });
  let closed = false;
  let lost: Error | undefined;
  let blockers: readonly Blocker[] = [];

  async function close(): Promise<void> {
    closed = true;
    await Promise.all([main.close(), beside.close()]);
  }

  async function watch(pid: number): Promise<void> {
    while (!closed) {
      const seen = await blockersOf(beside.client, pid);
      if (seen.length > 0) blockers = seen;
      await pause(limits.look, undefined, { ref: false });
    }
  }

  try {
    await Promise.all([main.client.connect(), beside.client.connect()]);
    const { rows } = await main.client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await main.client.query(session);
    watch(rows[0]?.pid ?? 0).catch((error: Error) => {
      if (closed) return;
      lost = new Unavailable('postgresql', error);
      main.cut();
    });
  } catch (error) {
    main.cut();
    beside.cut();
    throw classify(error);
  }

  return {
    async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      try {
        // Without values it is sent as one message, and may be several statements.
        return (await main.client.query<Row>(text, values.length > 0 ? [...values] : undefined)).rows;
      } catch (error) {
        throw lost ?? error;
      }
    },
    blockers: () => blockers.map(describe).join('; '),
    close,
  };
}

interface Blocker {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  /** Seconds since its transaction began. */
  readonly age: number;
}

async function blockersOf(client: pg.Client, pid: number): Promise<Blocker[]> {
  const { rows } = await client.query<Blocker>(
    `select pid, application_name as name, coalesce(state, '') as state,
       coalesce(extract(epoch from clock_timestamp() - xact_start), 0)::float8 as age
     from pg_stat_activity where pid = any(pg_blocking_pids($1))`,
    [pid],
  );
  return rows;
}

function describe({ pid, name, state, age }: Blocker): string {
  return `pid ${pid} (${name || 'without a name'}, ${state}, its transaction ${Math.round(age)} s old)`;
}
