import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { anyOf, taskListQuery } from '../../lib/tasks/task-filter.ts';
import { taskPage } from '../../lib/tasks/task-page.ts';

export const contract = {
  kind: 'http',
  name: 'list-tasks',
  summary: 'List tasks: filtered, searched, sorted, page by page',
  description:
    'All filters can be combined. Every task that matches and keeps its sort key throughout the walk is seen exactly once, ' +
    'whatever is made or deleted meanwhile. A null `due_at` comes last both ways; equal keys are ordered by id.',
  route: { method: 'GET', path: '/api/tasks' },
  scope: 'tasks:read',
  query: taskListQuery,
  repeatable: anyOf,
  body: noBody,
  answers: [{ status: 200, meaning: 'A page of tasks.', schema: taskPage }],
  problems: ['query-too-slow'],
  stores: ['postgresql', 'redis'],
  databaseRole: 'reader',
  scale: { min: 2, max: 20, concurrency: 2 },
} as const satisfies HttpContract;
