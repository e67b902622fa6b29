/** What every way back in time ends with in PostgreSQL, in one transaction; safe to repeat. */
import { tombstoneLifetime } from '../activities/tombstone-lifetime.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { eraseRows } from '../tasks/erasure.ts';
import type { Erasure } from '../tasks/erasure-ledger.ts';

/**
 * Transaction ids of another lifetime say nothing in this one: each row is stamped anew, and cursors of the change feed
 * that were given out before lead nowhere.
 *
 * @param back.erasures what the database does not know any more, or does not know yet
 * @param back.to the instant that it was brought back to, RFC 3339: tombstones that had lasted by then end, because the
 * clean-up may have ended their activities already
 */
export async function beginEpoch(
  session: Queryable,
  { erasures, to }: { erasures: readonly Erasure[]; to: string },
): Promise<void> {
  const run = (text: string, values: readonly unknown[] = []) => session.query({ text, values });
  await run('begin');
  try {
    await run(
      `insert into erased_tenants (tenant, erased_at)
       select tenant, min(erased_at) from unnest($1::text[], $2::timestamptz[]) as erased (tenant, erased_at) group by tenant
       on conflict (tenant) do nothing`,
      [erasures.map(({ tenant }) => tenant), erasures.map(({ erased_at }) => erased_at)],
    );
    const erased = await session.query<{ tenant: string }>({ text: 'select tenant from erased_tenants', values: [] });
    for (const { tenant } of erased) await eraseRows(session, tenant);
    await run(
      `with ended as (
         delete from tombstones where purged_at < $1::timestamptz - interval '${tombstoneLifetime}' returning tenant, id
       )
       delete from outbox using ended where outbox.tenant = ended.tenant and outbox.task_id = ended.id`,
      [to],
    );
    for (const table of ['tasks', 'tombstones']) await run(`update ${table} set changed_in = pg_current_xact_id()`);
    await run('update erased_tenants set erased_in = pg_current_xact_id()');
    await run('update change_feed set epoch = gen_random_uuid(), began_at = now()');
    await run('commit');
  } catch (error) {
    await run('rollback').catch(() => {}); // with its session it is rolled back anyway
    throw error;
  }
}
