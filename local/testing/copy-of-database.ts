/** A copy of a database that nobody uses, for one user. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface FreshDatabase {
  /** As the superuser. */
  readonly url: string;
  /** Ends its connections, too. */
  drop(): Promise<void>;
}

/** @param serverUrl the superuser's */
export async function copyOfDatabase(serverUrl: string, template: string): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runAt(serverUrl, `create database ${name} template ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runAt(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function runAt(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
