/** Who logs in: for each role a login that the role's URL names, made here so that it has that role and nothing else. */
import pg from 'pg';
import * as z from 'zod/mini';
import type { Environment } from '../environment.ts';
import type { MigrationConnection } from './migration-connection.ts';
import { postgresqlVariables } from './postgresql.ts';
import { withoutPassword } from './postgresql-url.ts';
import { type GrantedRole, grantedRoles, grantsOf, groupOf } from './roles.ts';
import { scramVerifier } from './scram.ts';
import { transactionLimit } from './transaction-limit.ts';

export interface Login {
  readonly role: GrantedRole;
  /** As the functions of that role get it in DATABASE_URL. */
  readonly url: string;
}

export const loginVariables = {
  READER_DATABASE_URL: z.optional(postgresqlVariables.DATABASE_URL),
  WRITER_DATABASE_URL: z.optional(postgresqlVariables.DATABASE_URL),
  KEEPER_DATABASE_URL: z.optional(postgresqlVariables.DATABASE_URL),
  BACK_UP_DATABASE_URL: z.optional(postgresqlVariables.DATABASE_URL),
};

/** The variable that tells whoever makes the logins of one. */
export function loginVariableOf(role: GrantedRole): keyof typeof loginVariables {
  return loginVariableNames[role];
}

const loginVariableNames = {
  reader: 'READER_DATABASE_URL',
  writer: 'WRITER_DATABASE_URL',
  keeper: 'KEEPER_DATABASE_URL',
  'back-up': 'BACK_UP_DATABASE_URL',
} as const satisfies Record<GrantedRole, keyof typeof loginVariables>;

export function loginsIn(environment: Environment<typeof loginVariables>): Login[] {
  return grantedRoles.flatMap(role => {
    const url = environment[loginVariableNames[role]];
    return url === undefined ? [] : [{ role, url }];
  });
}

type Query = Pick<MigrationConnection, 'query'>;

/**
 * Makes it if there is none, and gives it the URL's password; without one in the URL, a login keeps what it has.
 *
 * @throws when a login of that name may do more than its role, or there is no name
 */
export async function makeLogin(db: Query, { role, url }: Login): Promise<void> {
  const { name, password } = partsOf(url, role);
  if (name === '') throw new Error(`the URL of the ${role} names no login`);
  const [own] = await db.query<{ name: string }>('select current_user as name');
  if (name === own?.name) return;
  const login = pg.escapeIdentifier(name);
  const there = await powersOf(db, name);
  expectOnly(role, name, there);
  const secret = password === undefined ? '' : `password ${pg.escapeLiteral(scramVerifier(password))}`;
  await db.query(`${there ? 'alter' : 'create'} role ${login} login ${secret}`);
  await db.query(`grant ${groupOf(role)} to ${login}`);
  const limit = grantsOf(role).transactions === 'short' ? transactionLimit : 0;
  await db.query(`alter role ${login} set transaction_timeout = ${limit}`);
}

function partsOf(url: string, role: GrantedRole): { name: string; password: string | undefined } {
  try {
    return { name: decodeURIComponent(new URL(url).username), password: withoutPassword(url).password };
  } catch {
    throw new Error(`the URL of the ${role} (${loginVariableOf(role)}) has a % that begins no escape`);
  }
}

interface Powers {
  readonly attributes: boolean;
  readonly member_of: readonly string[];
}

async function powersOf(db: Query, name: string): Promise<Powers | undefined> {
  const [found] = await db.query<Powers>(
    `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as attributes,
       array(select pg_get_userbyid(roleid)::text from pg_auth_members where member = pg_roles.oid) as member_of
     from pg_roles where rolname = $1`,
    [name],
  );
  return found;
}

function expectOnly(role: GrantedRole, name: string, powers: Powers | undefined): void {
  const others = powers?.member_of.filter(group => group !== groupOf(role)) ?? [];
  if (!powers?.attributes && others.length === 0) return;
  const why = others.length > 0 ? `it is a member of ${others.join(', ')}` : 'it may make roles, databases or copies';
  throw new Error(
    `the login ${name} may do more than a ${role}: ${why}. Name one that there is not yet, and it is made`,
  );
}
