/** PostgreSQL 18 or newer, which the schema needs (uuidv7, RETURNING old and new). */
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Failure, lastLines } from '../failure.ts';
import { freePort } from '../free-port.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { endOrphanedPostmaster } from './orphaned-postmaster.ts';
import { findPostgresqlPrograms, type PostgresqlPrograms } from './postgresql-programs.ts';
import { placeForPostgresql, type ServerUser } from './postgresql-user.ts';
import { type RunningStore, startServer, stopPrevious, storeAtUrl } from './running-store.ts';

const DATABASE = 'task_manager';
const OLDEST = 18;

/**
 * Starts one on 127.0.0.1 with its data in `folder`; `url` is the superuser's, to the database `task_manager`.
 *
 * @param options.port a free one when left out
 * @param options.settings of postgresql.conf, for example `{ fsync: 'off' }`
 */
export async function startPostgresql(options: {
  folder: string;
  port?: number;
  settings?: Readonly<Record<string, string>>;
  progress?: Progress;
}): Promise<RunningStore> {
  const given = process.env.DATABASE_URL;
  if (given) return givenServer(given);
  const { folder, port, settings = {}, progress = silentProgress } = options;
  mkdirSync(folder, { recursive: true });
  await stopPrevious(folder, 'SIGINT');
  const place = await placeForPostgresql(folder, await findPostgresqlPrograms(), progress);
  const password = passwordIn(place.home, place.user);
  await initialise(place.programs, place, settings);
  await endOrphanedPostmaster(`${place.home}/data`);
  const store = await startPatiently({ folder, port, place, password, settings });
  await createDatabase(store.url);
  return store;
}

interface Place {
  readonly home: string;
  readonly programs: PostgresqlPrograms;
  readonly user: ServerUser | undefined;
}

async function givenServer(url: string): Promise<RunningStore> {
  const version = await serverVersion(url);
  if (version >= OLDEST) return storeAtUrl('postgresql', 'DATABASE_URL', url);
  throw new Failure(
    'using DATABASE_URL',
    `it is PostgreSQL ${version}`,
    `name a server of version ${OLDEST} or newer, or leave DATABASE_URL away and one is started`,
  );
}

async function serverVersion(url: string): Promise<number> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::integer / 10000 as version`,
    );
    return rows[0]?.version ?? 0;
  } catch (error) {
    throw new Failure(
      'using DATABASE_URL',
      error instanceof Error ? error.message : String(error),
      'start that server, or leave DATABASE_URL away and one is started',
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** The database's files are made under another name, so that a killed initdb is not taken for a whole one. */
async function initialise(programs: PostgresqlPrograms, place: Place, settings: Readonly<Record<string, string>>) {
  const data = `${place.home}/data`;
  if (existsSync(data)) return;
  const partial = `${place.home}/partial`;
  rmSync(partial, { recursive: true, force: true });
  const locale = process.platform === 'linux' ? ['--locale=C.UTF-8'] : ['--locale=C', '--builtin-locale=C.UTF-8'];
  const outcome = await runProgram(
    programs.initdb,
    [
      ...['--pgdata', partial, '--username', 'postgres', '--pwfile', `${place.home}/password`],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale-provider', 'builtin', ...locale],
      ...(settings.fsync === 'off' ? ['--no-sync'] : []),
    ],
    { cwd: '/', ...(place.user ? { user: place.user } : {}) },
  );
  if (!outcome.ok) {
    throw new Failure('making the database files (initdb)', lastLines(outcome.output), `look into ${place.home}`);
  }
  renameSync(partial, data);
}

/** What a killed server leaves (its last backends, its shared memory) is gone a moment later. */
async function startPatiently(start: {
  folder: string;
  port: number | undefined;
  place: Place;
  password: string;
  settings: Readonly<Record<string, string>>;
}): Promise<RunningStore> {
  const { folder, place, password, settings } = start;
  for (let attempt = 1; ; attempt++) {
    const port = start.port ?? (await freePort());
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/${DATABASE}`;
    try {
      return await startServer({
        kind: 'postgresql',
        program: place.programs.program,
        command: place.programs.postgres,
        arguments: ['-D', `${place.home}/data`, ...asArguments({ ...ownSettings(port), ...settings })],
        folder,
        url,
        stopSignal: 'SIGINT', // fast shutdown: does not wait for clients
        ...(place.user ? { user: place.user } : {}),
        ready: () => acceptsConnections(url),
      });
    } catch (error) {
      if (attempt === 3) throw error;
      await sleep(1_000);
    }
  }
}

function ownSettings(port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '300',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

function asArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function acceptsConnections(url: string): Promise<boolean> {
  const client = new Client({ connectionString: maintenance(url), connectionTimeoutMillis: 2_000 });
  client.on('error', () => {}); // told by connect() as well
  try {
    await client.connect();
    return true;
  } catch {
    return false; // not yet
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: maintenance(url) });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The same server's own database, which is always there. */
export function maintenance(url: string): string {
  const other = new URL(url);
  other.pathname = '/postgres';
  return other.href;
}

function passwordIn(home: string, user: ServerUser | undefined): string {
  const file = `${home}/password`;
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(18).toString('hex');
  const aside = `${file}.new`;
  writeFileSync(aside, `${password}\n`);
  chmodSync(aside, 0o600);
  if (user) chownSync(aside, user.uid, user.gid);
  renameSync(aside, file);
  return password;
}
