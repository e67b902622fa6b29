/** A database for one test: empty, and nobody else's. */
import { inject } from 'vitest';
import { copyOfDatabase, type FreshDatabase } from './copy-of-database.ts';

export type { FreshDatabase };

/** A copy of the migrated database, or of another one. */
export function freshDatabase(template: string = inject('templateDatabase')): Promise<FreshDatabase> {
  return copyOfDatabase(inject('postgresqlUrl'), template);
}
