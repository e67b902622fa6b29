/** PostgreSQL, the truth: how a process connects, how long it waits, and what its errors mean. */
import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import * as z from 'zod/mini';
import { urlOf, wholeNumber } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { type ObserveCall, observeStore } from './observe-store.ts';
import { openPoolGauges } from './pool-gauges.ts';
import { forDriver, withOptions } from './postgresql-url.ts';
import { TenantErased } from './tenant-erased.ts';
import { transactionLimit } from './transaction-limit.ts';
import { TooSlow, Unavailable } from './unavailable.ts';

export interface Statement {
  /** Prepared once per connection under this name; without one it is planned anew for its values each time. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A pool for one statement, or a transaction's client for several. */
export interface Queryable {
  /**
   * @throws {Unavailable} when the server is out of reach; a change may have been made
   * @throws {TooSlow} when the statement was cut
   */
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>;
}

/** What a transaction comes to, and whether it is to be kept. */
export interface Ending<T> {
  readonly value: T;
  readonly end: 'commit' | 'roll back';
}

export interface Database extends Queryable {
  /**
   * Runs `work` in a transaction, which is rolled back when it throws. `work` runs a second time after a deadlock. A lock
   * that is waited for longer than 2 s is TooSlow.
   */
  transaction<T>(work: (db: Queryable) => Promise<Ending<T>>): Promise<T>;
  close(): Promise<void>;
}

export const postgresqlVariables = {
  DATABASE_URL: urlOf('postgres:', 'postgresql:'),
  /** The most of a process: functions × pods × this must stay below the server's limit. */
  DATABASE_CONNECTIONS: z.optional(wholeNumber(1, 100)),
};

/** Where its environment does not say otherwise. */
export const usualConnections = 10;

/** Milliseconds. A request has 10 s. */
const limits = {
  connect: 2_000,
  lock: 2_000,
  statement: 5_000,
  answer: 6_000,
  idleInTransaction: 5_000,
};

/**
 * Opens a pool that connects with the first statement, and again after every failure.
 *
 * @param statementLimit milliseconds after which a statement is cut
 */
export function openPostgresql(
  {
    DATABASE_URL,
    DATABASE_CONNECTIONS = usualConnections,
  }: { DATABASE_URL: string; DATABASE_CONNECTIONS?: number | undefined },
  telemetry: Telemetry,
  statementLimit: number = limits.statement,
): Database {
  const pool = new pg.Pool({
    connectionString: forDriver(withOptions(DATABASE_URL, `-c transaction_timeout=${transactionLimit}`)),
    max: DATABASE_CONNECTIONS,
    connectionTimeoutMillis: limits.connect,
    query_timeout: limits.answer,
    statement_timeout: statementLimit,
    idle_in_transaction_session_timeout: limits.idleInTransaction,
    application_name: 'task-manager',
    keepAlive: true,
  });
  // A connection that is lost tells its statement, and itself: unheard, that would end the process.
  pool.on('connect', client => client.on('error', () => {}));
  // An idle connection that the server ended; the pool has dropped it already. The request that opened it is not to blame.
  const tellLost = AsyncLocalStorage.bind((error: Error) =>
    telemetry.log.warn({ error }, 'postgresql connection lost'),
  );
  pool.on('error', tellLost);
  openPoolGauges(pool, telemetry.metrics);
  const observe = observeStore(telemetry, 'postgresql');
  const attempt: Database['transaction'] = work => transact(pool, observe, work);
  return {
    query: statement => observe(summaryOf(statement), () => runStatement(pool, statement)),
    transaction: work => attempt(work).catch(error => (isDeadlock(error) ? attempt(work) : Promise.reject(error))),
    close: () => pool.end(),
  };
}

/** A standby that was not promoted yet reads, and takes none: for who writes, PostgreSQL is out of reach. */
export async function takesWrites(db: Queryable): Promise<boolean> {
  const [found] = await db.query<{ writes: boolean }>({
    name: 'takes-writes',
    text: "select current_setting('transaction_read_only') = 'off' as writes",
    values: [],
  });
  return found?.writes ?? false;
}

async function transact<T>(
  pool: pg.Pool,
  observe: ObserveCall,
  work: (db: Queryable) => Promise<Ending<T>>,
): Promise<T> {
  const client = await observe('begin', () => begin(pool));
  const db: Queryable = {
    query: statement => observe(summaryOf(statement), () => runStatement(client, statement)),
  };
  try {
    const { value, end } = await work(db);
    await db.query({ text: end === 'commit' ? 'commit' : 'rollback', values: [] });
    client.release();
    return value;
  } catch (error) {
    client.release(!(await rolledBack(db, error)));
    throw error;
  }
}

/** As with a single statement, the wait for a connection is a part of the first call. */
async function begin(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect().catch(error => Promise.reject(classify(error)));
  try {
    await runStatement(client, { text: `begin; set local lock_timeout = ${limits.lock}`, values: [] });
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A connection that cannot roll back is not given back to the pool; one that does not answer is not asked to. */
async function rolledBack(db: Queryable, error: unknown): Promise<boolean> {
  if (error instanceof Unavailable) return false;
  return db.query({ text: 'rollback', values: [] }).then(
    () => true,
    () => false,
  );
}

function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '40P01';
}

export async function runStatement<Row extends pg.QueryResultRow>(
  client: pg.Pool | pg.ClientBase,
  { name, text, values }: Statement,
): Promise<Row[]> {
  try {
    const { rows } = await client.query<Row>({ ...(name !== undefined && { name }), text, values: [...values] });
    return rows;
  } catch (error) {
    throw classify(error);
  }
}

function summaryOf({ name, text }: Statement): string | undefined {
  return name ?? /\w+/.exec(text)?.[0];
}

/**
 * Conditions of PostgreSQL's appendix A under which the same statement may succeed later: connection exceptions,
 * too many connections, the server's shutdown, crash or start, a standby that was not promoted yet.
 */
const unavailable = /^(08...|28000|28P01|53300|57P0[1-4]|25006)$/;
const cut = /^(57014|25P0[34]|55P03)$/;

/** What the trigger refuse_erased_tenant raises. */
const tenantErased = 'TM001';

/** What node-postgres throws without a code: its own time-outs, and connections that ended under a statement. */
const connectionLost = /timeout|terminated|closed|not queryable/i;

/** What node-postgres threw, as what it means to us. */
export function classify(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (error instanceof pg.DatabaseError) {
    if (unavailable.test(code ?? '')) return new Unavailable('postgresql', error);
    if (code === tenantErased) return new TenantErased(error);
    return cut.test(code ?? '') ? new TooSlow('postgresql', error) : error;
  }
  const network = code !== undefined && /^E[A-Z]+$/.test(code);
  return network || connectionLost.test(error.message) ? new Unavailable('postgresql', error) : error;
}
