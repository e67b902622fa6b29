/** Keeps everybody else from writing into a database that is not whole yet; to a function it looks like one out of reach. */
import type { Queryable } from '../stores/postgresql.ts';

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
