/** A copy of a database that nobody uses, for one user. */
import { randomBytes } from 'node:crypto';
import { asSuperuser } from './as-superuser.ts';
import { owner } from './owner.ts';

export interface FreshDatabase {
  /** As the superuser. */
  readonly url: string;
  /** Ends its connections, too. */
  drop(): Promise<void>;
}

/** @param serverUrl the superuser's */
export async function copyOfDatabase(serverUrl: string, template: string): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(serverUrl, `create database ${name} template ${template} owner ${owner}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => void (await asSuperuser(serverUrl, `drop database if exists ${name} with (force)`)),
  };
}
