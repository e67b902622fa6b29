/** Who owns the databases of the tests, and migrates, restores and rewinds them: no superuser, as with a managed PostgreSQL. */
import { type Databases, databasesAt, migrateWithLogins } from '../stores/databases.ts';
import { asSuperuser } from './as-superuser.ts';

export const owner = 'owner';

/** A test's database as each role enters it. @param url the superuser's, who is no role of ours */
export function testDatabasesAt(url: string): Databases {
  const own = new URL(url);
  own.username = owner;
  return { ...databasesAt(url), owner: own.href };
}

/** Makes the owner on a server that has none, and migrates as it. @param url the superuser's */
export async function migrateAsOwner(url: string): Promise<void> {
  const { password, pathname } = new URL(url);
  await asSuperuser(url, `create role ${owner} login createrole in role pg_monitor password '${password}'`);
  await asSuperuser(url, `alter database ${pathname.slice(1)} owner to ${owner}`);
  await migrateWithLogins(testDatabasesAt(url));
}
