import { type HttpContract, noBody, noParameters } from '../../../lib/http/contract.ts';
import { task } from '../../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'verb-task',
  summary: 'Verb a task',
  route: { method: 'POST', path: '/api/tasks/{id}/verb' },
  scope: 'tasks:write',
  query: noParameters,
  body: noBody,
  idempotent: true,
  answers: [{ status: 200, meaning: 'The task as it is now.', schema: task, headers: ['ETag'] }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
  scale: { max: 2 },
} as const satisfies HttpContract;
