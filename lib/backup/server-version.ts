import type { Queryable } from '../stores/postgresql.ts';

/** The server's major version. */
export async function serverVersion(db: Queryable): Promise<number> {
  const [found] = await db.query<{ version: number }>({
    text: `select current_setting('server_version_num')::int / 10000 as version`,
    values: [],
  });
  return found?.version ?? 0;
}
