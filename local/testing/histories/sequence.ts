/** The changes of a task, one after the other: the activities say in which order, the model what each comes to. */
import { isDeepStrictEqual } from 'node:util';
import { describe } from './describe.ts';
import { differenceOf, type ModelTask, outcomeOf } from './model-task.ts';
import type { Body, Deed, Observation } from './observation.ts';
import type { TaskHistory } from './task-history.ts';
import { Violation } from './violation.ts';

/** A version of the task, and the change that made it. */
export interface Version {
  readonly task: ModelTask;
  readonly change: Observation;
  /** As its change answered it; a deletion answers nothing. */
  readonly body: Body | undefined;
}

/** @throws {Violation} unless each change has its activity, and the other way round, and each is what the model says */
export function sequenceOf({ observations, activities }: TaskHistory): Version[] {
  const byRequest = new Map(observations.map(observation => [observation.requestId, observation]));
  const versions: Version[] = [];
  for (const activity of activities) {
    const change = byRequest.get(String(activity.request_id));
    if (!change) throw new Violation(`nobody asked for the activity ${JSON.stringify(activity)}, or for it only once`);
    byRequest.delete(change.requestId);
    versions.push(versionOf(change, activity, versions.at(-1)));
  }
  const ids = new Set(activities.map(({ id }) => id));
  if (ids.size !== activities.length) throw new Violation('two activities have the same id');
  return versions;
}

function versionOf(change: Observation, activity: Body, previous: Version | undefined): Version {
  const task = outcomeOf(change.deed, previous?.task);
  if (typeof task === 'string') {
    throw new Violation(`this made version ${activity.version}, though the model says "${task}": ${describe(change)}`);
  }
  const { id: _id, task_id: _taskId, at, ...told } = activity;
  const expected = {
    action: actions[change.deed.kind],
    actor: 'anonymous',
    request_id: change.requestId,
    version: task.version,
    changes: differenceOf(previous?.task, task),
  };
  expectEqual(told, expected, 'the activity', change);
  return { task, change, body: answeredBody(change, task, at) };
}

const actions: Readonly<Record<Deed['kind'], string | undefined>> = {
  create: 'created',
  patch: 'updated',
  delete: 'deleted',
  restore: 'restored',
  get: undefined,
  'list activities': undefined,
};

const statuses: Partial<Record<Deed['kind'], number>> = { create: 201, delete: 204 };

function answeredBody(change: Observation, { version, fields }: ModelTask, at: unknown): Body | undefined {
  const { deed, status, body } = change;
  expectEqual(status, statuses[deed.kind] ?? 200, 'the status', change);
  if (deed.kind === 'delete') return undefined;
  const { id: _id, completed_at, created_at, ...answered } = body ?? {};
  const expected = { ...fields, created_by: 'anonymous', version, updated_at: at, deleted_at: null };
  expectEqual(answered, expected, 'the answer', change);
  expectEqual(change.version, version, 'the ETag', change);
  expectEqual(completed_at !== null, fields.status === 'completed', 'that completed_at is there', change);
  expectEqual(String(created_at) <= String(at), true, 'that it was created before it was changed', change);
  return body;
}

function expectEqual(told: unknown, expected: unknown, what: string, change: Observation): void {
  if (isDeepStrictEqual(told, expected)) return;
  throw new Violation(
    `${what} is ${JSON.stringify(told)}, and should be ${JSON.stringify(expected)}, of ${describe(change)}`,
  );
}
