/** Brings a database to the newest schema; safe when run twice at once: the second waits, and finds nothing to do. */
import path from 'node:path';
import { runner } from 'node-pg-migrate';

/** @returns the names of the migrations that were run */
export async function migrate(
  databaseUrl: string,
  folder = path.join(import.meta.dirname, 'migrations'),
): Promise<string[]> {
  const done = await runner({
    databaseUrl,
    dir: folder,
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    checkOrder: true,
    log: () => {},
  });
  return done.map(({ name }) => name);
}
