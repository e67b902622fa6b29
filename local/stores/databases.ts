/** The database as each of its roles enters it: on a server of ours with a login of its own, elsewhere as its URL says. */
import { catalogue } from '../../functions/catalogue.ts';
import { type Migrated, migrate } from '../../lib/stores/migrate.ts';
import { grantedRoles, perRole, type Role } from '../../lib/stores/roles.ts';
import type { RunningStore } from './running-store.ts';

export type Databases = Readonly<Record<Role, string>>;

export function databasesOf({ url, pid }: Pick<RunningStore, 'url' | 'pid'>): Databases {
  return pid === undefined ? perRole(() => url) : databasesAt(url);
}

/** All by one password: whoever has it on this machine has them all. @param url the superuser's */
export function databasesAt(url: string): Databases {
  return perRole(role => {
    const own = new URL(url);
    own.username = loginOf(role);
    return own.href;
  });
}

/** As a function or a job enters it, by its name. @param url the superuser's */
export function databaseOf(name: string, url: string): string {
  const contract = catalogue.find(each => each.name === name);
  return contract ? databasesAt(url)[contract.databaseRole] : url;
}

/** Who logs in as which role, where we say it. */
export function loginOf(role: Role): string {
  return role === 'owner' ? 'postgres' : role.replace('-', '_');
}

/** Migrates it, and makes the logins; a URL of the owner's needs none. */
export function migrateWithLogins(databases: Databases): Promise<Migrated> {
  return migrate(databases.owner, { logins: grantedRoles.map(role => ({ role, url: databases[role] })) });
}
