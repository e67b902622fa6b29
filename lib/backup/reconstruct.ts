/** Closes the holes of an activity log that lost some, while everything else goes on. */
import type { LoggedActivity } from '../activities/activity.ts';
import type { ActivityLog } from '../activities/activity-log.ts';
import { inTurn } from '../stores/exclusion.ts';
import { faultIn } from './history-fault.ts';
import { lostActivities } from './lost-activities.ts';
import type { Tell } from './restore.ts';
import { type History, historiesOf, knownPortions, type Lifetime } from './task-activities.ts';
import { factsOf, type TaskFacts } from './task-facts.ts';
import { Unusable } from './unusable.ts';

export interface Losses {
  readonly tasks: number;
  /** That are there. */
  readonly activities: number;
  /** Versions without an activity. */
  readonly lost: number;
  /** Tasks that have such versions. */
  readonly incomplete: number;
}

export interface Reconstructed extends Losses {
  readonly reconstructed: number;
  /** Tasks that are incomplete still: what there is of them contradicts itself. */
  readonly left: number;
  /** Some of these, in words. */
  readonly examples: readonly string[];
}

interface Options {
  readonly databaseUrl: string;
  readonly log: ActivityLog;
  readonly tell: Tell;
  /** How many may be lost. Without it, they are only counted. */
  readonly meant: number | undefined;
}

/** Milliseconds. A clean-up may be at work. */
const patience = 60_000;

/**
 * Safe to repeat, also after it was cut off: a version's activity has the same id each time, and what is there is left as
 * it is. What is changed meanwhile is not looked at. Tombstones and tenants do not end meanwhile: it has the turn.
 *
 * @throws {Unusable} when anything is lost and `meant` does not say so: nothing was written then
 * @throws {Busy} @throws {Unavailable}
 */
export function reconstruct({ databaseUrl, log, tell, meant }: Options): Promise<Reconstructed> {
  return inTurn(
    { databaseUrl, name: 'task-manager reconstruct-activities', patience },
    async ({ session, confirm }) => {
      const lifetime = { db: session, log };
      tell('counting the activities that are lost');
      const losses = await lossesOf(lifetime);
      expectMeant(losses, meant);
      let reconstructed = 0;
      const faults: string[] = [];
      if (losses.lost > 0) {
        tell('reconstructing them');
        await log.prepare();
      }
      for await (const some of incomplete(lifetime)) {
        const made = some.flatMap(reconstruction);
        await confirm();
        await append(log, made);
        reconstructed += made.length;
        faults.push(...(await faultsOf(lifetime, some)));
      }
      return { ...losses, reconstructed, left: faults.length, examples: faults.slice(0, mostExamples) };
    },
  );
}

const mostExamples = 5;

async function lossesOf(lifetime: Lifetime): Promise<Losses> {
  const counts = { tasks: 0, activities: 0, lost: 0, incomplete: 0 };
  for await (const some of taskHistories(lifetime)) {
    for (const history of some) {
      const lost = lostIn(history);
      counts.tasks += 1;
      counts.activities += history.activities.length;
      counts.lost += lost;
      if (lost > 0) counts.incomplete += 1;
    }
  }
  return counts;
}

/** Of a log that has less than half, hardly anybody means another number than there is. @throws {Unusable} */
function expectMeant({ tasks, activities, lost, incomplete: some }: Losses, meant: number | undefined): void {
  const mostly = lost > activities;
  if (lost === 0 || lost === meant || (meant !== undefined && lost < meant && !mostly)) return;
  const remedy = mostly
    ? 'Name in MONGODB_URL the log that belongs to this database; if it is this one: reconstruct-activities'
    : 'Bring back what there is of the log first, from wherever it is; then: reconstruct-activities';
  throw new Unusable(
    `of ${activities + lost} activities ${lost} are lost, of ${some} of ${tasks} tasks`,
    `${remedy} --lost=${lost}`,
  );
}

type Incomplete = History<TaskFacts>;

async function* incomplete(lifetime: Lifetime): AsyncGenerator<Incomplete[]> {
  for await (const some of taskHistories(lifetime)) {
    const found = some.filter(history => lostIn(history) > 0);
    if (found.length > 0) yield found;
  }
}

/** The tasks before their activities: what is changed in between has more of these than versions, and not fewer. */
async function* taskHistories(lifetime: Lifetime): AsyncGenerator<Incomplete[]> {
  for await (const known of knownPortions(lifetime.db)) {
    const some = await historiesOf(lifetime, await factsOf(lifetime.db, known));
    yield some.map(upToItsVersion);
  }
}

function upToItsVersion({ task, activities }: Incomplete): Incomplete {
  return { task, activities: activities.filter(({ version }) => version <= task.version) };
}

function lostIn({ task, activities }: Incomplete): number {
  return task.version - new Set(activities.map(({ version }) => version)).size;
}

/** None, when the task would not be what they tell. */
function reconstruction({ task, activities }: Incomplete): LoggedActivity[] {
  const made = lostActivities(task, activities);
  const all = [...activities, ...made].toSorted((one, other) => one.version - other.version);
  return faultIn({ task, activities: all }, task.json ?? undefined) === undefined ? made : [];
}

/** Written together. */
const batchSize = 200;

/** What the log refuses, it lacks afterwards, as the look at it then tells. */
async function append(log: ActivityLog, activities: readonly LoggedActivity[]): Promise<void> {
  for (let from = 0; from < activities.length; from += batchSize) {
    await log.append(activities.slice(from, from + batchSize));
  }
}

/** As the log has them now. */
async function faultsOf(lifetime: Lifetime, some: readonly Incomplete[]): Promise<string[]> {
  const now = await historiesOf(
    lifetime,
    some.map(({ task }) => task),
  );
  return now.flatMap(history => {
    const fault = faultIn(upToItsVersion(history), history.task.json ?? undefined);
    return fault === undefined ? [] : [`task ${history.task.id} ${fault}`];
  });
}
