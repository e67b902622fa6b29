import { type HttpContract, noBody, noParameters } from '../../../lib/http/contract.ts';
import { task } from '../../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'verb-task',
  summary: 'Verb a task',
  route: { method: 'GET', path: '/api/tasks/{id}/verb' },
  scope: 'tasks:read',
  query: noParameters,
  body: noBody,
  condition: 'If-None-Match',
  answers: [{ status: 200, meaning: 'The task.', schema: task, headers: ['ETag', 'X-Cache'] }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'reader',
  scale: { max: 2 },
} as const satisfies HttpContract;
