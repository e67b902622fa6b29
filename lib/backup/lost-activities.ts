/**
 * What the lost activities of a task can be put together from: the activities that are there, and the task.
 *
 * What follows from these is told, and nothing else. A change that was lost is seen by its result alone; where several
 * were, the last of them that can have made it has it all, and the others change nothing.
 */
import type { Action, LoggedActivity } from '../activities/activity.ts';
import { fieldNames, type Task } from '../tasks/task.ts';
import { lostActions } from './lost-actions.ts';
import { nameBasedUuid } from './name-based-uuid.ts';
import type { TaskFacts } from './task-facts.ts';

/** In the place of the request's, which nobody knows; none that a caller can send is the same. */
const unknownRequest = '(reconstructed)';

/** Of ours; any other UUID would do as well. */
const namespace = '5d0c9b1e-6f2a-4c1d-9a37-2e8b60d14f7c';

/**
 * @param there at most one for each version, up to the task's
 * @returns one for each version that has none, in their order
 */
export function lostActivities(facts: TaskFacts, there: readonly LoggedActivity[]): LoggedActivity[] {
  const task: Task | undefined = facts.json === null ? undefined : JSON.parse(facts.json);
  const known = new Map(there.map(activity => [activity.version, activity]));
  const actions = lostActions(known, facts.version, task ? task.deleted_at !== null : 'purged');
  const instants = instantsOf(facts, task, known);
  const changes = lostChanges({ version: facts.version, task, known, actions, instants });
  const made: LoggedActivity[] = [];
  let at = instants.get(Math.min(...instants.keys())) ?? '';
  for (let version = 1; version <= facts.version; version += 1) {
    at = instants.get(version) ?? at;
    const action = actions.get(version);
    if (!action) continue;
    made.push({
      id: nameBasedUuid(namespace, JSON.stringify([facts.tenant, facts.id, version])),
      tenant: facts.tenant,
      task_id: facts.id,
      action,
      actor: (version === 1 && task?.created_by) || 'system',
      request_id: unknownRequest,
      version,
      at,
      changes: changes.get(version) ?? {},
    });
  }
  return made;
}

type Known = ReadonlyMap<number, LoggedActivity>;

/** The instants that are known of versions; a lost one that is between two has that of the one before. */
function instantsOf({ version, purged_at }: TaskFacts, task: Task | undefined, known: Known): Map<number, string> {
  const instants = new Map([...known.values()].map(activity => [activity.version, activity.at]));
  const last = task?.updated_at ?? purged_at;
  if (task && !instants.has(1)) instants.set(1, task.created_at);
  if (last && !instants.has(version)) instants.set(version, last);
  return instants;
}

interface Lost {
  readonly version: number;
  readonly task: Task | undefined;
  readonly known: Known;
  readonly actions: ReadonlyMap<number, Action>;
  /** Gets the instant of the lost completion. */
  readonly instants: Map<number, string>;
}

type Field = (typeof fieldNames)[number];
type Changes = Map<number, Record<string, { from: unknown; to: unknown }>>;

function lostChanges(lost: Lost): Changes {
  const changes: Changes = new Map();
  for (const field of fieldNames) {
    for (const { version, from, to } of changesOf(field, lost)) {
      changes.set(version, { ...changes.get(version), [field]: { from, to } });
    }
  }
  return changes;
}

interface FieldChange {
  readonly version: number;
  readonly from: unknown;
  readonly to: unknown;
}

/** The changes of a field that must have been, for what is known of it before and after to fit together. */
function changesOf(field: Field, lost: Lost): FieldChange[] {
  const { version: newest, task, known } = lost;
  const told = [...known.values()].flatMap(({ version, changes }) => {
    const change = changes[field];
    return change ? [{ version, from: change.from ?? null, to: change.to ?? null }] : [];
  });
  const made: FieldChange[] = [];
  let [since, value]: [number, unknown] = [0, null];
  /** Without a version that can have made the change, there is none: the task is not what its activities tell then. */
  const change = (version: number | undefined, to: unknown) => {
    if (version === undefined) return;
    made.push({ version, from: value, to });
    [since, value] = [version, to];
  };
  const first = told[0] ? told[0].from : valueAtFirst(field, task);
  if (!known.has(1) && first !== null && first !== undefined) change(1, first);
  for (const { version, from, to } of told) {
    if (!isSame(value, from)) change(lastUpdate(lost, since, version), from);
    [since, value] = [version, to];
  }
  const completed = field === 'status' ? task?.completed_at : undefined;
  if (completed) {
    const isTold = value === 'completed' && lost.instants.get(since) === completed;
    if (!isTold) change(completion(lost, since, completed), 'completed');
  } else if (task && !isSame(value, task[field])) {
    change(lastUpdate(lost, since, newest + 1), task[field]);
  }
  return made;
}

/** What a task was made with, when nothing is told of the field since; unknown of one that was completed later. */
function valueAtFirst(field: Field, task: Task | undefined): unknown {
  if (field === 'status' && task?.completed_at && task.completed_at !== task.created_at) return undefined;
  return task?.[field];
}

/** The lost updates between two versions, the last first. */
function* updatesBetween({ actions }: Lost, after: number, before: number): Generator<number> {
  for (let version = before - 1; version > after; version -= 1) {
    if (actions.get(version) === 'updated') yield version;
  }
}

function lastUpdate(lost: Lost, after: number, before: number): number | undefined {
  return updatesBetween(lost, after, before).next().value ?? undefined;
}

/** The last lost update that can have been at the instant; it has that then. */
function completion(lost: Lost, after: number, at: string): number | undefined {
  for (const version of updatesBetween(lost, after, lost.version + 1)) {
    const own = lost.instants.get(version);
    if (own === undefined ? !isBetween(lost.instants, version, at) : own !== at) continue;
    lost.instants.set(version, at);
    return version;
  }
  return undefined;
}

function isBetween(instants: ReadonlyMap<number, string>, version: number, at: string): boolean {
  return [...instants].every(([other, instant]) => (other < version ? instant <= at : instant >= at));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
