/** What PostgreSQL says of itself in one snapshot. */
import { tombstoneLifetime } from '../activities/tombstone-lifetime.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';

export interface Snapshot {
  /** For pg_dump, for as long as the transaction is open. */
  readonly id: string;
  readonly taken_at: string;
  readonly migrations: string[];
  readonly rows: Record<string, number>;
  /** Of all tasks and tombstones together: so many activities there have to be, at least. */
  readonly versions: number;
}

/** Runs `work` while the snapshot stands. It takes no transaction id, and so holds back no change feed. */
export async function withSnapshot<T>(session: Queryable, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  await session.query({ text: 'begin isolation level repeatable read, read only', values: [] });
  try {
    const [exported] = await session.query<{ id: string; taken_at: string }>({
      text: `select pg_export_snapshot() as id, ${rfc3339('clock_timestamp()')} as taken_at`,
      values: [],
    });
    if (!exported) throw new Error('PostgreSQL exports no snapshot');
    const [migrations, rows] = [await migrationsOf(session), await rowsOf(session)];
    return await work({ ...exported, migrations, rows, versions: await versionsIn(session) });
  } finally {
    await session.query({ text: 'rollback', values: [] });
  }
}

/** Tombstones that have lasted left out: their activities may have ended already. */
async function versionsIn(session: Queryable): Promise<number> {
  const [found] = await session.query<{ versions: string }>({
    text: `
      select coalesce(sum(version), 0) as versions from (
        select version from tasks
        union all
        select version from tombstones where purged_at >= clock_timestamp() - interval '${tombstoneLifetime}'
      ) as known`,
    values: [],
  });
  return Number(found?.versions);
}

/** The migrations that were run, in their order. */
export async function migrationsOf(db: Queryable): Promise<string[]> {
  const run = await db.query<{ name: string }>({
    text: 'select name from migrations order by name collate "C"',
    values: [],
  });
  return run.map(({ name }) => name);
}

/** How many rows each table has. */
export async function rowsOf(db: Queryable): Promise<Record<string, number>> {
  const tables = await db.query<{ name: string }>({
    text: `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by tablename`,
    values: [],
  });
  const rows: Record<string, number> = {};
  for (const { name } of tables) {
    const [counted] = await db.query<{ rows: string }>({ text: `select count(*) as rows from ${name}`, values: [] });
    rows[name] = Number(counted?.rows);
  }
  return rows;
}
