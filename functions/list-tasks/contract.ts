import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { anyOf, taskListQuery } from '../../lib/tasks/task-filter.ts';

export const contract = {
  kind: 'http',
  name: 'list-tasks',
  summary: 'List tasks: filtered, searched, sorted, page by page',
  route: { method: 'GET', path: '/api/tasks' },
  query: taskListQuery,
  repeatable: anyOf,
  body: noBody,
  stores: ['postgresql'],
} as const satisfies HttpContract;
