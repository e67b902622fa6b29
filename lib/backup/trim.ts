/** Which activities belong to what PostgreSQL knows: those up to the version that the task, or its tombstone, has come to. */
import type { LoggedActivity } from '../activities/activity.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { nameOf, versionsOf } from './known-tasks.ts';

export interface Trimmed {
  readonly kept: readonly LoggedActivity[];
  /** Of versions that are not reached, or of tasks that are not known. */
  readonly beyond: readonly LoggedActivity[];
}

const batchSize = 200;

/** Batch by batch, in the order that they come in. */
export async function* trim(db: Queryable, activities: AsyncIterable<LoggedActivity>): AsyncGenerator<Trimmed> {
  let batch: LoggedActivity[] = [];
  for await (const activity of activities) {
    batch.push(activity);
    if (batch.length < batchSize) continue;
    yield await divide(db, batch);
    batch = [];
  }
  if (batch.length > 0) yield await divide(db, batch);
}

async function divide(db: Queryable, batch: readonly LoggedActivity[]): Promise<Trimmed> {
  const versions = await versionsOf(db, batch);
  const belongs = ({ tenant, task_id, version }: LoggedActivity) =>
    version <= (versions.get(nameOf(tenant, task_id)) ?? 0);
  const { kept = [], beyond = [] } = Object.groupBy(batch, each => (belongs(each) ? 'kept' : 'beyond'));
  return { kept, beyond };
}
