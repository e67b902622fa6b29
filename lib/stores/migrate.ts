/** Brings a database to the newest schema; safe when run twice at once: the second waits, and finds nothing to do. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

const folder = path.join(import.meta.dirname, 'migrations');

/** The names of the migrations that this revision knows, in their order. */
export async function knownMigrations(): Promise<string[]> {
  return (await readdir(folder)).map(file => path.basename(file, path.extname(file))).toSorted();
}

/** @returns the names of the migrations that were run */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'task-manager migrate' });
  await client.connect();
  try {
    const done = await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      checkOrder: true,
      log: () => {},
    });
    return done.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
