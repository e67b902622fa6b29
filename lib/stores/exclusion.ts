/** What must not run side by side on one database takes turns: a session's advisory lock, gone when the session is. */
import { setTimeout as pause } from 'node:timers/promises';
import { Busy } from './busy.ts';
import { openSession, type Session } from './postgresql-session.ts';

/** The turn of whoever has it. */
export interface Turn {
  /** The session that holds the lock; for statements of any length. */
  readonly session: Session;
  /** To be asked before what must not overlap. @throws {Unavailable} when the session was lost, and the turn with it */
  confirm(): Promise<void>;
}

/** Any number that nobody else in this database uses; that of the migrations is another. */
const lock = 7_241_160_318;

/**
 * Runs `work` in its turn.
 *
 * @param name what the others are told
 * @param patience milliseconds to wait for the turn
 * @throws {Busy} @throws {Unavailable}
 */
export async function inTurn<T>(
  { databaseUrl, name, patience }: { databaseUrl: string; name: string; patience: number },
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  const session = await openSession(databaseUrl, name);
  try {
    await takeTurn(session, patience);
    const confirm = async () => void (await session.query({ text: 'select', values: [] }));
    return await work({ session, confirm });
  } finally {
    await session.close();
  }
}

async function takeTurn(session: Session, patience: number): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    const [tried] = await session.query<{ taken: boolean }>({
      text: `select pg_try_advisory_lock(${lock}) as taken`,
      values: [],
    });
    if (tried?.taken) return;
    if (performance.now() >= until) throw new Busy(await holderOf(session));
    await pause(500);
  }
}

/** Since when, PostgreSQL tells of a session of one's own role only. */
async function holderOf(session: Session): Promise<string> {
  const [holder] = await session.query<{ holder: string }>({
    text: `
      select format('%s (process %s of PostgreSQL) has been at work%s', application_name, pid,
        to_char(backend_start at time zone 'UTC', '" since "YYYY-MM-DD HH24:MI:SS "UTC"')) as holder
      from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and pg_locks.database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32) + objid::bigint = ${lock}`,
    values: [],
  });
  return holder?.holder ?? 'another job was at work';
}
