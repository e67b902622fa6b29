/** An example of each request and each answer. */
import type * as z from 'zod/mini';
import type { activity } from '../../../lib/activities/activity.ts';
import { activityCounts } from '../../../lib/activities/activity-counts.ts';
import { activityPage } from '../../../lib/activities/activity-page.ts';
import { batch } from '../../../lib/tasks/batch.ts';
import { batchResults } from '../../../lib/tasks/batch-results.ts';
import { newTask, task, taskPatch, type tombstone } from '../../../lib/tasks/task.ts';
import { changePage, taskPage } from '../../../lib/tasks/task-page.ts';
import { healthReport } from '../health-report.ts';
import { exampleRequestId, problemExample } from './problem-types.ts';

const id = '0199c2f0-5b1c-7d3e-9a41-6c0f2b7d8e10';
const other = '0199c2f0-77aa-7b02-8c15-0d9e4f3a2b61';

const cursor = 'WyJjaGFuZ2VzIiwiNDIiXQ';

const theTask: z.output<typeof task> = {
  id,
  title: 'Ship the release',
  description: '',
  status: 'in_progress',
  priority: 'high',
  labels: ['release'],
  assignee: 'bob',
  due_at: '2026-12-01T17:00:00.000Z',
  completed_at: null,
  created_by: 'alice',
  version: 2,
  created_at: '2026-11-22T09:00:00.000Z',
  updated_at: '2026-11-22T09:30:00.000Z',
  deleted_at: null,
};
const theTombstone: z.output<typeof tombstone> = { id: other, purged_at: '2026-11-21T03:00:00.000Z' };
const theActivity: z.output<typeof activity> = {
  id: '0199c30b-e2d4-7f6a-b3c8-51a09d7e4f22',
  task_id: id,
  action: 'updated',
  actor: 'bob',
  request_id: exampleRequestId,
  version: 2,
  at: '2026-11-22T09:30:00.000Z',
  changes: { status: { from: 'pending', to: 'in_progress' } },
};

const aNewTask: z.input<typeof newTask> = {
  title: 'Ship the release',
  priority: 'high',
  labels: ['release'],
  due_at: '2026-12-01T18:00:00+01:00',
};
const aPatch: z.input<typeof taskPatch> = { status: 'in_progress', assignee: 'bob' };
const aBatch: z.input<typeof batch> = {
  operations: [
    { op: 'create', task: { title: 'Write the notes' } },
    { op: 'update', id, if_match: '"2"', task: { status: 'completed' } },
    { op: 'delete', id: other },
  ],
};

/** By schema. */
const requests = new Map<z.ZodMiniType, unknown>([
  [newTask, aNewTask],
  [taskPatch, aPatch],
  [batch, aBatch],
]);

const answers = new Map<z.ZodMiniType, unknown>([
  [task, theTask],
  [taskPage, { items: [theTask], next_cursor: cursor }],
  [changePage, { items: [theTask, theTombstone], next_cursor: cursor }],
  [activityPage, { items: [theActivity], next_cursor: null }],
  [
    activityCounts,
    {
      from: '2026-10-24',
      to: '2026-11-22',
      days: [
        { day: '2026-11-22', action: 'created', actor: 'alice', count: 3 },
        { day: '2026-11-22', action: 'updated', actor: 'bob', count: 1 },
      ],
    } satisfies z.output<typeof activityCounts>,
  ],
  [
    batchResults,
    {
      results: [{ status: 201, task: theTask }, { status: 200, task: theTask }, { status: 204 }],
    },
  ],
  [healthReport, { status: 'ok', stores: { postgresql: 'up', redis: 'up', mongodb: 'up' } }],
]);

/** With a status that says so. */
const failures = new Map<z.ZodMiniType, unknown>([
  [
    batchResults,
    {
      results: [
        { status: 424, problem: problemExample('failed-dependency') },
        { status: 412, problem: problemExample('precondition-failed') },
        { status: 424, problem: problemExample('failed-dependency') },
      ],
    },
  ],
  [healthReport, { status: 'down', stores: { postgresql: 'down', redis: 'up', mongodb: 'down' } }],
]);

export function requestExample(schema: z.ZodMiniType): unknown {
  return requests.get(schema);
}

export function answerExample(schema: z.ZodMiniType, status: number): unknown {
  return (status >= 400 ? failures.get(schema) : undefined) ?? answers.get(schema);
}
