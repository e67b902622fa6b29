/** The judge itself: it believes what can have happened, and nothing else. */
import { expect, test } from 'vitest';
import { newTask } from '../../../lib/tasks/task.ts';
import { judge } from './judge.ts';
import type { Body, Observation } from './observation.ts';
import type { TaskHistory } from './task-history.ts';
import { Violation } from './violation.ts';

const fields = newTask.parse({ title: 'a' });

const observed = (requestId: string, began: number, ended: number, seen: Partial<Observation>): Observation => ({
  requestId,
  by: 'A',
  deed: { kind: 'get' },
  began,
  ended,
  status: 200,
  version: undefined,
  cache: undefined,
  body: undefined,
  ...seen,
});

const at = (version: number) => `2026-01-01T00:00:00.00${version}Z`;
const body = (version: number, title: string): Body => ({
  ...fields,
  id: 'id',
  title,
  created_by: 'anonymous',
  version,
  created_at: at(1),
  updated_at: at(version),
  completed_at: null,
  deleted_at: null,
});

const created = observed('create', 0, 10, {
  deed: { kind: 'create', fields },
  status: 201,
  version: 1,
  body: body(1, 'a'),
});
const patched = (began: number, ended: number, seen: Partial<Observation> = {}) =>
  observed('patch', began, ended, {
    deed: { kind: 'patch', patch: { title: 'b' }, ifMatch: [1] },
    version: 2,
    body: body(2, 'b'),
    ...seen,
  });
const read = (version: number, began: number, ended: number, cache = 'hit') =>
  observed(`get ${began}`, began, ended, { version, cache, body: body(version, version === 1 ? 'a' : 'b') });

const activity = (version: number, action: string, requestId: string, changes: unknown): Body => ({
  id: `activity ${version}`,
  task_id: 'id',
  action,
  actor: 'anonymous',
  request_id: requestId,
  version,
  at: at(version),
  changes,
});
const creation = activity(1, 'created', 'create', {
  title: { from: null, to: 'a' },
  description: { from: null, to: '' },
  status: { from: null, to: 'pending' },
  priority: { from: null, to: 'medium' },
  labels: { from: null, to: [] },
});
const change = activity(2, 'updated', 'patch', { title: { from: 'a', to: 'b' } });

const history = (observations: Observation[], other: Partial<TaskHistory> = {}): TaskHistory => ({
  observations: [created, patched(20, 30), ...observations],
  activities: [creation, change],
  emptied: [],
  ...other,
});
const verdict = (judged: TaskHistory, lost = false) => {
  try {
    judge(judged, () => lost);
    return 'as promised';
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
};

test.each<[string, Observation[]]>([
  ['of the change, once it is acknowledged', [read(2, 40, 50)]],
  ['from before the change, while it is made', [read(1, 21, 29)]],
  ['of the change, while it is made', [read(2, 21, 29), read(2, 30, 31)]],
  ['from before the change, while it is made, around the cache', [read(1, 21, 29, 'bypass')]],
  [
    'a refusal of what the change has made stale',
    [observed('stale', 25, 40, { deed: { kind: 'delete', ifMatch: [1] }, status: 412, version: 2 })],
  ],
  [
    'a change that changes nothing',
    [
      observed('same', 25, 40, {
        deed: { kind: 'patch', patch: { title: 'b' }, ifMatch: undefined },
        version: 2,
        body: body(2, 'b'),
      }),
    ],
  ],
  [
    'all activities',
    [observed('list', 40, 50, { deed: { kind: 'list activities' }, body: { items: [change, creation] } })],
  ],
])('it believes an answer %s', (_name, observations) => {
  expect(verdict(history(observations))).toBe('as promised');
});

test.each<[string, Observation[]]>([
  ['from before the change, when it is acknowledged', [read(1, 40, 50)]],
  ['from before what was answered before', [read(2, 21, 22), read(1, 23, 24)]],
  ['of the change, before it is asked for', [read(2, 11, 19)]],
  ['from before the change, around the cache, too', [read(1, 40, 50, 'bypass')]],
  ['of another body', [{ ...read(2, 40, 50), body: body(2, 'a') }]],
  ['of a version that never was', [read(3, 40, 50)]],
  ['that there is none', [observed('none', 40, 50, { status: 404, cache: 'hit' })]],
  ['of an error', [observed('broken', 40, 50, { status: 500 })]],
  [
    'that a change was stale which was not',
    [observed('stale', 40, 50, { deed: { kind: 'delete', ifMatch: [2] }, status: 412, version: 2 })],
  ],
  [
    'of a deletion that left no activity',
    [observed('gone', 40, 50, { deed: { kind: 'delete', ifMatch: undefined }, status: 204 })],
  ],
  [
    'without the newest activity',
    [observed('list', 40, 50, { deed: { kind: 'list activities' }, body: { items: [creation] } })],
  ],
])('it does not believe an answer %s', (_name, observations) => {
  expect(verdict(history(observations))).toMatch(/this is|it is of/);
});

test.each<[string, TaskHistory]>([
  ['a lost activity', history([], { activities: [creation] })],
  [
    'one that is there twice',
    history([], { activities: [creation, change, { ...change, id: 'another', version: 3 }] }),
  ],
  ['one that nobody asked for', history([], { activities: [creation, { ...change, request_id: 'nobody' }] })],
  [
    'one of other fields',
    history([], { activities: [creation, { ...change, changes: { title: { from: 'x', to: 'b' } } }] }),
  ],
  [
    'a change that its condition forbids',
    {
      ...history([]),
      observations: [created, patched(20, 30, { deed: { kind: 'patch', patch: { title: 'b' }, ifMatch: [2] } })],
    },
  ],
])('it does not believe %s', (_name, judged) => {
  expect(verdict(judged)).not.toBe('as promised');
});

test('two changes that do not overlap are made in their order', () => {
  const second = patched(12, 14, {
    requestId: 'second',
    deed: { kind: 'patch', patch: { title: 'c' }, ifMatch: undefined },
    version: 3,
    body: body(3, 'c'),
  });
  const activities = [creation, change, activity(3, 'updated', 'second', { title: { from: 'b', to: 'c' } })];
  expect(verdict({ observations: [created, patched(20, 30), second], activities, emptied: [] })).toContain(
    'of version',
  );
});

test('an acknowledged change that Redis did not take is known from its first reader on', () => {
  expect(verdict(history([read(1, 40, 50)]), true)).toBe('as promised');
  expect(verdict(history([read(2, 40, 50, 'miss'), read(1, 60, 70)]), true)).toContain('was known');
});

test('what was put into a key that had just forgotten what is newer is excused, and nothing else', () => {
  const second = patched(25, 30, {
    requestId: 'second',
    deed: { kind: 'patch', patch: { title: 'c' }, ifMatch: undefined },
    version: 3,
    body: body(3, 'c'),
  });
  const late: TaskHistory = {
    observations: [created, patched(20, 60), second, read(2, 70, 80)],
    activities: [creation, change, activity(3, 'updated', 'second', { title: { from: 'b', to: 'c' } })],
    emptied: [],
  };
  expect(verdict({ ...late, emptied: [{ began: 40, ended: 41 }] })).toBe('as promised');
  expect(verdict({ ...late, emptied: [{ began: 61, ended: 62 }] })).toContain('was known');
  expect(verdict(late)).toContain('was known');
});
