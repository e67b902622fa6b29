/** The tasks and tombstones that PostgreSQL knows, with the version that each has come to. */
import type { Queryable } from '../stores/postgresql.ts';

export interface KnownTask {
  readonly tenant: string;
  readonly id: string;
  readonly version: number;
}

/** A name for a task that no other has. */
export function nameOf(tenant: string, id: string): string {
  return `${id}:${tenant}`;
}

/** The versions of some tasks, by their names; those that are not known are left out. */
export async function versionsOf(
  db: Queryable,
  tasks: readonly { readonly tenant: string; readonly task_id: string }[],
): Promise<Map<string, number>> {
  const found = await db.query<KnownTask>({
    name: 'versions-of',
    text: `
      select tenant, id, version from unnest($1::text[], $2::uuid[]) as wanted (tenant, id)
      cross join lateral (
        select version from tasks where tasks.tenant = wanted.tenant and tasks.id = wanted.id
        union all
        select version from tombstones where tombstones.tenant = wanted.tenant and tombstones.id = wanted.id
      ) as known`,
    values: [tasks.map(({ tenant }) => tenant), tasks.map(({ task_id }) => task_id)],
  });
  return new Map(found.map(({ tenant, id, version }) => [nameOf(tenant, id), version]));
}

const pageSize = 500;

/** All of them, page by page. */
export async function* knownTasks(db: Queryable): AsyncGenerator<KnownTask[]> {
  let last = { tenant: '', id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const page = await db.query<KnownTask>({
      name: 'known-tasks',
      text: `
        select tenant, id, version
        from (select tenant, id, version from tasks union all select tenant, id, version from tombstones) as known
        where (tenant, id) > ($1, $2::uuid) order by tenant, id limit ${pageSize}`,
      values: [last.tenant, last.id],
    });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    last = page.at(-1) ?? last;
  }
}
