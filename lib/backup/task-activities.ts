/** Tasks and tombstones with all their activities, from wherever these are. */
import type { LoggedActivity } from '../activities/activity.ts';
import type { ActivityLog } from '../activities/activity-log.ts';
import { heldActivities } from '../activities/outbox.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { type KnownTask, knownTasks, nameOf } from './known-tasks.ts';

export interface History<Known extends KnownTask = KnownTask> {
  readonly task: Known;
  /** In the order of their versions; those that the outbox and the log both have, once. */
  readonly activities: readonly LoggedActivity[];
}

export interface Lifetime {
  readonly db: Queryable;
  readonly log: ActivityLog | undefined;
}

/** So many activities are held at once, unless one task has more. */
const heldTogether = 2_000;

/** The histories of all tasks and tombstones, some at a time. */
export async function* histories(lifetime: Lifetime): AsyncGenerator<History[]> {
  for await (const some of knownPortions(lifetime.db)) yield await historiesOf(lifetime, some);
}

/** All tasks and tombstones, as many at a time as have activities that can be held together. */
export async function* knownPortions(db: Queryable): AsyncGenerator<KnownTask[]> {
  for await (const page of knownTasks(db)) yield* portions(page);
}

/** The outbox before the log: what the relay moves in between is seen twice rather than never. */
export async function historiesOf<Known extends KnownTask>(
  { db, log }: Lifetime,
  tasks: readonly Known[],
): Promise<History<Known>[]> {
  const held = await heldActivities(db, tasks);
  const logged = (await log?.ofTasks(tasks)) ?? [];
  const byId = new Map([...held, ...logged].map(activity => [activity.id, activity]));
  const byTask = Map.groupBy(byId.values(), ({ tenant, task_id }) => nameOf(tenant, task_id));
  return tasks.map(task => {
    const activities = byTask.get(nameOf(task.tenant, task.id)) ?? [];
    return { task, activities: activities.toSorted((one, other) => one.version - other.version) };
  });
}

function* portions(page: readonly KnownTask[]): Generator<KnownTask[]> {
  let portion: KnownTask[] = [];
  let activities = 0;
  for (const task of page) {
    portion.push(task);
    activities += task.version;
    if (activities < heldTogether) continue;
    yield portion;
    portion = [];
    activities = 0;
  }
  if (portion.length > 0) yield portion;
}
