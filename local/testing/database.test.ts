import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { freshDatabase } from './database.ts';

const [one, other] = [await freshDatabase(), await freshDatabase()];
afterAll(async () => {
  await Promise.all([one.drop(), other.drop()]);
});

async function tables(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'public' order by 1`,
  );
  await client.end();
  return rows.map(({ tablename }) => tablename);
}

test('every database is migrated, and its own', async () => {
  expect(one.url).not.toBe(other.url);
  expect(await tables(one.url)).toContain('migrations');
  expect(await tables(other.url)).toEqual(await tables(one.url));
});
