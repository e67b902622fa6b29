/** Brings a database to the newest schema; safe when run twice at once: the second waits, and finds nothing to do. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Busy } from './busy.ts';
import { grantRoles, makeRoles } from './grant-roles.ts';
import { type Login, makeLogin } from './logins.ts';
import { type MigrationConnection, openMigrationConnection } from './migration-connection.ts';
import { type Applied, planMigrations } from './migration-plan.ts';
import { type Migration, readMigrations, statementsOf } from './migrations.ts';
import { classify } from './postgresql.ts';
import { transactionLimit } from './transaction-limit.ts';
import { Unavailable } from './unavailable.ts';

export interface Migrated {
  /** The names of the migrations that were run. */
  readonly run: readonly string[];
  /** Those of a newer revision that the database has had: nothing is wrong with that. */
  readonly newer: readonly string[];
  /** `missing`: none but whoever migrated has anything here. `left`: a newer revision has granted what it needs. */
  readonly roles: 'granted' | 'left' | 'missing';
}

export interface MigrateOptions {
  /** Where the migrations are. */
  readonly folder?: string;
  /** Milliseconds for which a migration is tried that others are in the way of. */
  readonly patience?: number;
  /** Who is to log in as which role. */
  readonly logins?: readonly Login[];
}

/** Milliseconds. */
const limits = {
  /** All who come while a lock is waited for wait behind it; a list is cut after 2 s. */
  lock: 1_000,
  betweenTries: 2_000,
  patience: 300_000,
};

/** The two halves of the advisory lock that a run holds. */
const lockKey = [7241, 1];

const ownFolder = path.join(import.meta.dirname, 'migrations');

/** The names of the migrations that this revision knows, in their order. */
export async function knownMigrations(): Promise<string[]> {
  return (await readMigrations(ownFolder)).map(({ name }) => name);
}

/** @throws with what is in the way, when something is, or with what is wrong; what was begun is whole or undone */
export async function migrate(
  databaseUrl: string,
  { folder = ownFolder, patience = limits.patience, logins = [] }: MigrateOptions = {},
): Promise<Migrated> {
  const known = await readMigrations(folder);
  const db = await openMigrationConnection(databaseUrl);
  try {
    await lock(db, patience);
    await prepareTable(db);
    const { toRun, newer } = planMigrations(known, await appliedTo(db));
    await keepChecksums(db, known);
    for (const migration of toRun)
      await patiently(db, migration.name, patience, () =>
        migration.transaction === 'inside' ? runInside(db, migration) : runOutside(db, migration, patience),
      );
    const roles = await grant(db, newer.length > 0 ? 'newer' : 'own', patience);
    await logIn(db, logins, roles);
    return { run: toRun.map(({ name }) => name), newer, roles };
  } finally {
    await db.close();
  }
}

/** Asks again and again: a statement that waits would be a transaction that an index, built concurrently, waits for. */
async function lock(db: MigrationConnection, patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    const [asked] = await db.query<{ got: boolean }>('select pg_try_advisory_lock($1, $2) as got', lockKey);
    if (asked?.got) return;
    if (performance.now() > deadline) throw new Busy('another run of the migrations has not ended');
    await pause(500);
  }
}

async function prepareTable(db: MigrationConnection): Promise<void> {
  const columns = await db.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = to_regclass('migrations') and attnum > 0`,
  );
  if (columns.length === 0)
    await db.query(`create table migrations (
      name text primary key,
      run_on timestamptz not null default now(),
      checksum text,
      unused_since text
    )`);
  // The first databases have the table without these.
  else if (!columns.some(({ name }) => name === 'checksum'))
    await db.query('alter table migrations add column checksum text, add column unused_since text');
}

function appliedTo(db: MigrationConnection): Promise<Applied[]> {
  return db.query<Applied>('select name, checksum, unused_since from migrations order by name collate "C"');
}

async function keepChecksums(db: MigrationConnection, known: readonly Migration[]): Promise<void> {
  await db.query(
    `update migrations set checksum = known.checksum
     from unnest($1::text[], $2::text[]) as known (name, checksum)
     where migrations.name = known.name and migrations.checksum is null`,
    [known.map(({ name }) => name), known.map(({ checksum }) => checksum)],
  );
}

/** Tries until nobody is in the way. */
async function patiently(
  db: MigrationConnection,
  name: string,
  patience: number,
  work: () => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isInTheWay(error)) throw failed(name, error);
      if (performance.now() + limits.betweenTries > deadline)
        throw new Busy(`${name}: others are in the way: ${db.blockers()}`);
      await pause(limits.betweenTries);
    }
  }
}

function runInside(db: MigrationConnection, migration: Migration): Promise<void> {
  return inTransaction(db, async () => {
    await db.query(migration.sql);
    await remember(db, migration);
  });
}

async function inTransaction(db: MigrationConnection, work: () => Promise<void>): Promise<void> {
  try {
    await db.query(
      `begin; set local lock_timeout = ${limits.lock}; set local transaction_timeout = ${transactionLimit}`,
    );
    await work();
    await db.query('commit');
  } catch (error) {
    await db.query('rollback').catch(() => {}); // the connection is gone: the transaction, too
    throw error;
  }
}

/** A revision that was rolled back to takes nothing from the newer one, which may still serve. */
async function grant(db: MigrationConnection, schema: 'own' | 'newer', patience: number): Promise<Migrated['roles']> {
  if ((await makeRoles(db)) === 'missing') return 'missing';
  if (schema === 'newer') return 'left';
  await patiently(db, 'the grants', patience, () => inTransaction(db, () => grantRoles(db)));
  return 'granted';
}

async function logIn(db: MigrationConnection, logins: readonly Login[], roles: Migrated['roles']): Promise<void> {
  if (logins.length > 0 && roles === 'missing')
    throw new Error('whoever migrates may make no roles, and so no logins: alter role … createrole');
  for (const login of logins) await makeLogin(db, login);
}

/** Nobody waits behind the locks of what may stand here. */
async function runOutside(db: MigrationConnection, migration: Migration, patience: number): Promise<void> {
  await db.query(`set lock_timeout = ${patience}; set transaction_timeout = 0`);
  for (const statement of statementsOf(migration.sql)) await db.query(statement);
  await remember(db, migration);
}

async function remember(db: MigrationConnection, { name, checksum, unusedSince }: Migration): Promise<void> {
  await db.query('insert into migrations (name, run_on, checksum, unused_since) values ($1, now(), $2, $3)', [
    name,
    checksum,
    unusedSince ?? null,
  ]);
}

/** A lock that was not to be had in time, or a deadlock. */
function isInTheWay(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '55P03' || error.code === '40P01');
}

/** A server that is away has nothing to do with the migration. */
function failed(name: string, error: unknown): Error {
  const meant = classify(error);
  if (meant instanceof Unavailable) return meant;
  return new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
