/** A database for one test: empty, and nobody else's. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface FreshDatabase {
  /** As the superuser. */
  readonly url: string;
  /** Ends its connections, too. */
  drop(): Promise<void>;
}

/** A copy of the migrated database, or of another one. */
export async function freshDatabase(template: string = inject('templateDatabase')): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`create database ${name} template ${template}`);
  const url = new URL(inject('postgresqlUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asSuperuser(`drop database if exists ${name} with (force)`) };
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresqlUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
