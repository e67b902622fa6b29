/** Stores of a test's own, to restore into or to bring back. */
import { inject, onTestFinished } from 'vitest';
import { asSuperuser } from '../../../local/testing/as-superuser.ts';
import { copyOfDatabase } from '../../../local/testing/copy-of-database.ts';
import { ownDatabase } from '../../../local/testing/mongodb-url.ts';

/** A database without any table, and a log without any activity. */
export async function emptyStores(): Promise<{ DATABASE_URL: string; MONGODB_URL: string }> {
  return { DATABASE_URL: await copyOf('template0'), MONGODB_URL: ownDatabase(inject('mongodbUrl')) };
}

/** The database as it is now, as a point-in-time recovery or a clone would give it. Its connections are cut for a moment. */
export async function cloneOf(databaseUrl: string): Promise<string> {
  const original = new URL(databaseUrl).pathname.slice(1);
  const server = inject('postgresqlUrl');
  await asSuperuser(server, `alter database ${original} with allow_connections false`);
  await asSuperuser(
    server,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${original}'`,
  );
  const clone = await copyOf(original);
  await asSuperuser(server, `alter database ${original} with allow_connections true`);
  return clone;
}

export async function tablesIn(databaseUrl: string): Promise<number> {
  const [found] = await asSuperuser(
    databaseUrl,
    `select count(*)::int as tables from pg_tables where schemaname = 'public'`,
  );
  return Number(found?.tables);
}

async function copyOf(template: string): Promise<string> {
  const { url, drop } = await copyOfDatabase(inject('postgresqlUrl'), template);
  onTestFinished(drop);
  return url;
}
