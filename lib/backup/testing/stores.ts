/** Empty stores of a test's own, to restore into. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';

/** A database without any table, and a log without any activity. */
export async function emptyStores(): Promise<{ DATABASE_URL: string; MONGODB_URL: string }> {
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(`create database ${name} template template0`);
  onTestFinished(() => asSuperuser(`drop database if exists ${name} with (force)`));
  return { DATABASE_URL: named(inject('postgresqlUrl'), name), MONGODB_URL: named(inject('mongodbUrl'), name) };
}

/** The database as it is now, as a point-in-time recovery or a clone would give it. Its connections are cut for a moment. */
export async function cloneOf(databaseUrl: string): Promise<string> {
  const name = `clone_${randomUUID().replaceAll('-', '')}`;
  const original = new URL(databaseUrl).pathname.slice(1);
  await asSuperuser(`alter database ${original} with allow_connections false`);
  await asSuperuser(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${original}'`);
  await asSuperuser(`create database ${name} template ${original}`);
  await asSuperuser(`alter database ${original} with allow_connections true`);
  onTestFinished(() => asSuperuser(`drop database if exists ${name} with (force)`));
  return named(databaseUrl, name);
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresqlUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function named(storeUrl: string, database: string): string {
  const url = new URL(storeUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function tablesIn(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`select count(*)::int as tables from pg_tables where schemaname = 'public'`);
    return rows[0].tables;
  } finally {
    await client.end();
  }
}
