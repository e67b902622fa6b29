/** Makes the roles that are missing, and leaves each with what it is granted and nothing else; safe to repeat. */
import type { MigrationConnection } from './migration-connection.ts';
import { type GrantedRole, grantedRoles, grantsOf, groupOf } from './roles.ts';

type Query = Pick<MigrationConnection, 'query'>;

/** @returns whether all are there; if not, whoever migrates may not make any, and is the only one to have this database */
export async function makeRoles(db: Query): Promise<'there' | 'missing'> {
  const names = grantedRoles.map(groupOf);
  const there = await db.query<{ name: string }>('select rolname as name from pg_roles where rolname = any($1)', [
    names,
  ]);
  const missing = names.filter(name => !there.some(role => role.name === name));
  if (missing.length > 0 && !(await mayMakeRoles(db))) return 'missing';
  // Roles are the server's: a run on another of its databases may make the same.
  for (const name of missing)
    await db.query(`do $$ begin
      create role ${name} nologin;
    exception when duplicate_object or unique_violation then null;
    end $$`);
  return 'there';
}

async function mayMakeRoles(db: Query): Promise<boolean> {
  const [own] = await db.query<{ may: boolean }>(
    'select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user',
  );
  return own?.may ?? false;
}

/** In the transaction of whoever calls it: nobody sees a role between what it had and what it has. */
export async function grantRoles(db: Query): Promise<void> {
  const [database] = await db.query<{ name: string }>('select quote_ident(current_database()) as name');
  await db.query(
    `revoke temporary on database ${database?.name} from public; revoke create on schema public from public`,
  );
  for (const role of grantedRoles) await db.query((await statementsFor(db, role)).join('; '));
}

async function statementsFor(db: Query, role: GrantedRole): Promise<string[]> {
  const { allTables, tables, functions } = grantsOf(role);
  const group = groupOf(role);
  const callable = await existing(db, 'to_regprocedure', functions);
  const tabled = await existing(db, 'to_regclass', Object.keys(tables));
  return [
    ...['tables', 'sequences', 'routines'].map(kind => `revoke all on all ${kind} in schema public from ${group}`),
    ...(allTables ? ['tables', 'sequences'] : []).map(
      kind => `grant ${allTables} on all ${kind} in schema public to ${group}`,
    ),
    ...tabled.map(table => `grant ${tables[table]} on ${table} to ${group}`),
    ...callable.flatMap(each => [
      `revoke all on function ${each} from public`,
      `grant execute on function ${each} to ${group}`,
    ]),
  ];
}

/** What there is of it: a schema that other migrations made has less. */
async function existing(
  db: Query,
  lookUp: 'to_regclass' | 'to_regprocedure',
  names: readonly string[],
): Promise<readonly string[]> {
  const found = await db.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where ${lookUp}(name) is not null`,
    [names],
  );
  return found.map(({ name }) => name);
}
