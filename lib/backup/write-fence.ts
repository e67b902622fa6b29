/** Keeps everybody else from writing into a database that is not whole yet; to a function it looks like one out of reach. */
import type { Queryable } from '../stores/postgresql.ts';
import { Unusable } from './unusable.ts';

/**
 * Holds for sessions that begin from now on, and stays when its maker is killed. It needs the database's owner.
 *
 * @param state `up`: sessions may only read, unless they ask for more as ours do
 */
export async function fence(session: Queryable, state: 'up' | 'down'): Promise<void> {
  const [current] = await session.query<{ name: string }>({
    text: 'select quote_ident(current_database()) as name',
    values: [],
  });
  const setting = state === 'up' ? 'set default_transaction_read_only = on' : 'reset default_transaction_read_only';
  await session.query({ text: `alter database ${current?.name} ${setting}`, values: [] });
}

/** Raises it, unless somebody is connected already, whom it would not hold. @throws {Unusable} */
export async function fenceOff(session: Queryable): Promise<void> {
  const wasUp = await isUp(session);
  await fence(session, 'up');
  const others = await othersIn(session);
  if (others.length === 0) return;
  if (!wasUp) await fence(session, 'down');
  throw new Unusable(
    `others are connected to the database: ${others.join(', ')}`,
    'Stop all functions first, the relay included, and let nobody in before this has ended.',
  );
}

/** BOOTSTRAP_SUPERUSERID of PostgreSQL's pg_authid.dat. */
const firstSuperuser = 10;

async function isUp(session: Queryable): Promise<boolean> {
  const found = await session.query({
    text: `select from pg_db_role_setting
      where setdatabase = (select oid from pg_database where datname = current_database()) and setrole = 0
        and 'default_transaction_read_only=on' = any(setconfig)`,
    values: [],
  });
  return found.length > 0;
}

/** As whom Cloud SQL looks after a server. Nobody else can be it: a managed server makes no superusers. */
const cloudSql = 'cloudsqladmin';

/**
 * By the names that pg_stat_activity shows. What a session of another role is, PostgreSQL may not tell the owner; it is no
 * client when it is the first superuser's, as whom the server itself works in a database.
 */
async function othersIn(session: Queryable): Promise<string[]> {
  const found = await session.query<{ name: string }>({
    text: `select distinct coalesce(nullif(application_name, ''), 'process ' || pid) as name from pg_stat_activity
      where datname = current_database()
        and (backend_type = 'client backend' or backend_type is null and usesysid <> ${firstSuperuser})
        and usename is distinct from '${cloudSql}'
        and application_name <> current_setting('application_name')`,
    values: [],
  });
  return found.map(({ name }) => name);
}
