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

/** Any numbers that nobody else in this database uses; that of the migrations is another. */
const locks = {
  /** Back-up, clean-up and whatever else must not see the stores change under it. */
  stores: 7_241_160_318,
  /** Drills change nothing here, and would share their scratch stores. */
  drills: 7_241_160_319,
} as const;

type Lock = keyof typeof locks;

export interface Wanted {
  readonly databaseUrl: string;
  /** What the others are told. */
  readonly name: string;
  /** Milliseconds to wait for the turn. */
  readonly patience: number;
  readonly over?: Lock;
}

/**
 * Runs `work` in its turn.
 *
 * @throws {Busy} @throws {Unavailable}
 */
export async function inTurn<T>(
  { databaseUrl, name, patience, over = 'stores' }: Wanted,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  const session = await openSession(databaseUrl, name);
  try {
    await takeTurn(session, over, patience);
    const confirm = async () => void (await session.query({ text: 'select', values: [] }));
    return await work({ session, confirm });
  } finally {
    await session.close();
  }
}

async function takeTurn(session: Session, over: Lock, patience: number): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    const [tried] = await session.query<{ taken: boolean }>({
      text: `select pg_try_advisory_lock(${locks[over]}) as taken`,
      values: [],
    });
    if (tried?.taken) return;
    if (performance.now() >= until) throw new Busy(await holderOf(session, over));
    await pause(500);
  }
}

/** Since when, PostgreSQL tells of a session of one's own role only. */
async function holderOf(session: Session, over: Lock): Promise<string> {
  const [holder] = await session.query<{ holder: string }>({
    text: `
      select format('%s (process %s of PostgreSQL) has been at work%s', application_name, pid,
        to_char(backend_start at time zone 'UTC', '" since "YYYY-MM-DD HH24:MI:SS "UTC"')) as holder
      from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and pg_locks.database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32) + objid::bigint = ${locks[over]}`,
    values: [],
  });
  return holder?.holder ?? 'another job was at work';
}
