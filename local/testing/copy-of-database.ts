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
  await asSuperuser(serverUrl, `create database ${name} template ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => void (await asSuperuser(serverUrl, `drop database if exists ${name} with (force)`)),
  };
}

export async function asSuperuser(serverUrl: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
