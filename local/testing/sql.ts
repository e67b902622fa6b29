import pg from 'pg';
import type { Api } from './api.ts';

/** Runs a statement on the database of an API, behind the functions' back. */
export async function sql(api: Api, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
