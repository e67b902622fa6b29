/** A database for one test: migrated, empty, and nobody else's. */
import { inject } from 'vitest';
import { copyOfDatabase, type FreshDatabase } from './copy-of-database.ts';

export type { FreshDatabase };

/** A copy of the migrated database. */
export function freshDatabase(): Promise<FreshDatabase> {
  return copyOfDatabase(inject('postgresqlUrl'), inject('templateDatabase'));
}
