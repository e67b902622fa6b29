/** A PostgreSQL server of a test's own, migrated, which it may hang, kill and start again in any state of recovery. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { vi } from 'vitest';
import { freePort } from '../free-port.ts';
import { startPostgresql } from '../stores/postgresql.ts';
import { migrateAsOwner } from './owner.ts';

/** `standby`: it reads and writes nothing; `recovering`: it takes no connection. */
export type Role = 'primary' | 'standby' | 'recovering';

export interface ThrowAwayPostgresql extends AsyncDisposable {
  /** The superuser's. */
  readonly url: string;
  /** All its processes stop; their connections stand, and the kernel still accepts new ones. */
  hang(): Promise<void>;
  resume(): Promise<void>;
  /** At once, as if the machine had lost its power. */
  kill(): Promise<void>;
  /** On the same port, with its data. Resolves when connections are taken, or refused, as the role has it. */
  startAgain(role?: Role): Promise<void>;
  /** Ends the recovery; resolves when it is a primary. */
  promote(): Promise<void>;
}

/** Few connections, which are soon taken; what is committed outlives a kill of the server, though not of the machine. */
const settings = { max_connections: '80', fsync: 'off', full_page_writes: 'off' };

export async function throwAwayPostgresql(): Promise<ThrowAwayPostgresql> {
  const folder = mkdtempSync(`${tmpdir()}/throw-away-postgresql-`);
  const data = `${folder}/cluster/data`;
  const port = await freePort();
  const start = (more = {}) => startPostgresql({ folder, port, settings: { ...settings, ...more } });
  let server = start();
  const { url } = await server;
  await migrateAsOwner(url);
  let stopped: { readonly pids: readonly number[]; readonly witness: pg.Client } | undefined;

  const postmaster = () => Number(readFileSync(`${data}/postmaster.pid`, 'utf8').split('\n')[0]);

  async function hang(): Promise<void> {
    const witness = await connected(url);
    process.kill(postmaster(), 'SIGSTOP'); // it starts no other
    const { rows } = await witness.query<{ pid: number; own: boolean }>(
      'select pid, pid = pg_backend_pid() as own from pg_stat_activity order by own',
    );
    stopped = { pids: [...rows.map(({ pid }) => pid), postmaster()], witness };
    signal(stopped.pids, 'SIGSTOP');
  }

  async function resume(): Promise<void> {
    if (stopped === undefined) return;
    signal(stopped.pids, 'SIGCONT');
    await stopped.witness.end();
    stopped = undefined;
  }

  async function kill(): Promise<void> {
    await resume();
    process.kill(postmaster(), 'SIGKILL');
    await (await server).exited;
  }

  return {
    url,
    hang,
    resume,
    kill,
    async startAgain(role = 'primary') {
      if (role !== 'primary') writeFileSync(`${data}/standby.signal`, '');
      server = start({ hot_standby: role === 'recovering' ? 'off' : 'on' });
      if (role !== 'recovering') return void (await server);
      await vi.waitUntil(async () => (await refusal(url)) === cannotConnectNow, { timeout: 10_000, interval: 20 });
    },
    async promote() {
      // As pg_ctl does it: there may be no connection to do it by.
      writeFileSync(`${data}/promote`, '');
      process.kill(postmaster(), 'SIGUSR1');
      await server;
      await vi.waitUntil(() => isPrimary(url), { timeout: 10_000, interval: 20 });
    },
    async [Symbol.asyncDispose]() {
      await kill().catch(() => {}); // a test killed it
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const cannotConnectNow = '57P03';

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // told to who uses it
  await client.connect();
  return client;
}

/** The code with which a connection is refused. */
async function refusal(url: string): Promise<string | undefined> {
  try {
    await (await connected(url)).end();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : undefined;
  }
}

async function isPrimary(url: string): Promise<boolean> {
  const client = await connected(url);
  const { rows } = await client.query<{ primary: boolean }>('select not pg_is_in_recovery() as primary');
  await client.end();
  return rows[0]?.primary ?? false;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // it has just ended
    }
  }
}
