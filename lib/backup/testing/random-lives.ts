/** Tasks with random lives, lived through the API. */
import * as fc from 'fast-check';
import type { Api } from '../../../local/testing/api.ts';
import { sendCleanUp, sendNudge } from '../../../local/testing/events.ts';
import { sql } from '../../../local/testing/sql.ts';

const text = fc.constantFrom('a', 'b', 'c');
const assignee = fc.option(text);
const status = fc.constantFrom('pending', 'in_progress', 'completed', 'cancelled');

const patch = fc.record(
  {
    title: text,
    status,
    assignee,
    labels: fc.uniqueArray(text, { maxLength: 2 }),
    due_at: fc.constantFrom(null, '2027-01-01T00:00:00.000Z'),
  },
  { requiredKeys: [] },
);

const change = fc.oneof(
  { weight: 3, arbitrary: patch },
  { weight: 2, arbitrary: fc.record({ status }) },
  { weight: 2, arbitrary: fc.constantFrom('trash' as const, 'restore' as const) },
);

export interface Life {
  readonly created: Readonly<Record<string, unknown>>;
  readonly changes: readonly (Readonly<Record<string, unknown>> | 'trash' | 'restore')[];
  /** Whether it ends in the trash, and is purged. */
  readonly purged: boolean;
}

export const lives: fc.Arbitrary<Life> = fc.record({
  created: fc.record({ title: text, status, assignee }, { requiredKeys: ['title'] }),
  changes: fc.array(change, { maxLength: 8 }),
  purged: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** Lives them all, the changes of each one after the other; all activities are in the log then. @returns the tasks' ids */
export async function live(api: Api, all: readonly Life[]): Promise<string[]> {
  const ids = await Promise.all(all.map(each => liveOne(api, each)));
  const purged = ids.filter((_, index) => all[index]?.purged).map(id => `'${id}'`);
  if (purged.length > 0)
    await sql(api, `update tasks set deleted_at = deleted_at - interval '31 days' where id in (${purged})`);
  await sendCleanUp(api);
  await sendNudge(api);
  return ids;
}

async function liveOne(api: Api, { created, changes, purged }: Life): Promise<string> {
  const { id } = await api.create({ ...created });
  const path = `/api/tasks/${id}`;
  for (const each of [...changes, ...(purged ? ['trash' as const] : [])]) {
    if (each === 'trash') await api.request('DELETE', path);
    else if (each === 'restore') await api.request('POST', `${path}/restore`);
    else await api.patch(id, each);
  }
  return id;
}
