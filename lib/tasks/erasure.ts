/** The erasure of a tenant in PostgreSQL. The mark comes first, so that nothing grows again behind what is deleted. */
import type { Queryable } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';

const batchSize = 1_000;

/** Refuses the tenant's writes from now on; safe to repeat. @returns since when, RFC 3339 */
export async function markErased(db: Queryable, tenant: string): Promise<string> {
  await db.query({
    text: 'insert into erased_tenants (tenant) values ($1) on conflict (tenant) do nothing',
    values: [tenant],
  });
  const [mark] = await db.query<{ erased_at: string }>({
    text: `select ${rfc3339('erased_at')} as erased_at from erased_tenants where tenant = $1`,
    values: [tenant],
  });
  if (!mark) throw new Error('the mark of the erasure was taken away again');
  return mark.erased_at;
}

/** Whether every transaction has ended that may have begun before the mark, and so have written without seeing it. */
export async function allHaveSeenTheMark(db: Queryable, tenant: string): Promise<boolean> {
  const [mark] = await db.query<{ seen: boolean }>({
    text: 'select erased_in < pg_snapshot_xmin(pg_current_snapshot()) as seen from erased_tenants where tenant = $1',
    values: [tenant],
  });
  return mark?.seen ?? false;
}

const tables = {
  tasks: 'id',
  outbox: 'id',
  tombstones: 'id',
  idempotency_keys: 'key',
} as const;
type Table = keyof typeof tables;
const names: readonly Table[] = ['tasks', 'outbox', 'tombstones', 'idempotency_keys'];

/** Deletes all rows of a tenant, batch by batch. @returns how many */
export async function eraseRows(db: Queryable, tenant: string): Promise<number> {
  let all = 0;
  for (const table of names) {
    // Until there is none: of a batch somebody else may have deleted some.
    for (let some = 1; some > 0; all += some) some = await eraseBatch(db, table, tenant);
  }
  return all;
}

async function eraseBatch(db: Queryable, table: Table, tenant: string): Promise<number> {
  const key = tables[table];
  const erased = await db.query({
    text: `
      delete from ${table} where tenant = $1
        and ${key} in (select ${key} from ${table} where tenant = $1 limit ${batchSize})
      returning 1`,
    values: [tenant],
  });
  return erased.length;
}

/** How many rows of a tenant there are, in all tables. */
export async function rowsOf(db: Queryable, tenant: string): Promise<number> {
  const counts = names.map(table => `(select count(*) from ${table} where tenant = $1)`);
  const [row] = await db.query<{ rows: number }>({
    text: `select (${counts.join(' + ')})::int as rows`,
    values: [tenant],
  });
  return row?.rows ?? 0;
}

/** For so long the clean-up erases again: what a hung store carries out late, or a lost message brings back. */
const repeatedFor = '7 days';

export async function recentlyErased(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ tenant: string }>({
    text: `select tenant from erased_tenants where erased_at > now() - interval '${repeatedFor}'`,
    values: [],
  });
  return rows.map(({ tenant }) => tenant);
}
