/** A restored backup against its own activities, and against what it was taken from and what has gone on since. */
import type { LoggedActivity } from '../activities/activity.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { tasksByKey } from '../tasks/repository.ts';
import { faultIn } from './history-fault.ts';
import { type KnownTask, nameOf, versionsOf } from './known-tasks.ts';
import { type History, histories, historiesOf, type Lifetime } from './task-activities.ts';

export interface Comparison {
  readonly tasks: number;
  readonly activities: number;
  /** Tasks that have changed in the live system since, and were compared up to the version that was restored. */
  readonly changed_since: number;
  /** Tasks that the live system has none of any more: their tombstones have ended, or their tenant was erased. */
  readonly ended_since: number;
  readonly differences: number;
  /** Some differences, in words. */
  readonly examples: readonly string[];
}

const mostExamples = 5;

/** Reads both, some tasks at a time, and writes nothing. */
export async function compare(restored: Lifetime, live: Lifetime): Promise<Comparison> {
  const counts = { tasks: 0, activities: 0, changed_since: 0, ended_since: 0, differences: 0 };
  const examples: string[] = [];
  for await (const some of histories(restored)) {
    for (const { task, activities, verdict } of await judge(some, restored, live)) {
      counts.tasks += 1;
      counts.activities += activities.length;
      if (verdict === 'same') continue;
      if (verdict === 'changed_since' || verdict === 'ended_since') {
        counts[verdict] += 1;
        continue;
      }
      counts.differences += 1;
      if (examples.length < mostExamples) examples.push(`task ${task.id} ${verdict.fault}`);
    }
  }
  return { ...counts, examples };
}

type Verdict = 'same' | 'changed_since' | 'ended_since' | { readonly fault: string };

/** The live tasks are read before their activities: what changes in between is taken for changed, not for different. */
async function judge(some: readonly History[], restored: Lifetime, live: Lifetime) {
  const known = some.map(({ task }) => task);
  const [texts, liveTexts] = [await textsOf(restored.db, known), await textsOf(live.db, known)];
  const lives = await historiesOf(live, known);
  const liveVersions = await versionsOf(
    live.db,
    known.map(({ tenant, id }) => ({ tenant, task_id: id })),
  );
  return some.map((history, index) => {
    const name = nameOf(history.task.tenant, history.task.id);
    const sides = {
      text: texts.get(name),
      liveText: liveTexts.get(name),
      live: lives[index]?.activities ?? [],
      known: liveVersions.has(name),
    };
    return { ...history, verdict: verdictOn(history, sides) };
  });
}

/** The tasks' JSON, by their names. */
async function textsOf(db: Queryable, tasks: readonly KnownTask[]): Promise<Map<string, string>> {
  return new Map((await tasksByKey(db, tasks)).map(({ tenant, id, json }) => [nameOf(tenant, id), json]));
}

interface Sides {
  /** A task's JSON; undefined for a tombstone. */
  readonly text: string | undefined;
  readonly liveText: string | undefined;
  readonly live: History['activities'];
  /** Whether the live PostgreSQL has the task, or its tombstone, after its activities were read. */
  readonly known: boolean;
}

function verdictOn(history: History, { text, liveText, live, known }: Sides): Verdict {
  const fault = faultIn(history, text);
  if (fault !== undefined) return { fault };
  if (!known) return 'ended_since';
  if (!isBeginningOf(history.activities, live)) return { fault: 'has other activities than the live one' };
  if (live.length > history.activities.length) return 'changed_since';
  return text === liveText ? 'same' : { fault: 'is not what the live one is' };
}

function isBeginningOf(some: readonly LoggedActivity[], all: readonly LoggedActivity[]): boolean {
  return some.every((activity, index) => JSON.stringify(sorted(activity)) === JSON.stringify(sorted(all[index])));
}

/** The outbox and the log have the same members in another order. */
function sorted(activity: LoggedActivity | undefined) {
  return Object.entries(activity ?? {}).toSorted(([one], [other]) => one.localeCompare(other));
}
