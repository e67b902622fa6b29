import { type HttpContract, noBody, noParameters } from '../../lib/http/contract.ts';
import { task } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'get-task',
  summary: 'Get a task',
  description: 'A task in the trash is not found.',
  route: { method: 'GET', path: '/api/tasks/{id}' },
  scope: 'tasks:read',
  query: noParameters,
  body: noBody,
  condition: 'If-None-Match',
  answers: [{ status: 200, meaning: 'The task.', schema: task, headers: ['ETag', 'X-Cache'] }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'reader',
  scale: { min: 2, max: 20, concurrency: 6 },
} as const satisfies HttpContract;
