import { type HttpContract, noBody, noParameters } from '../../lib/http/contract.ts';
import { task } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'restore-task',
  summary: 'Take a task out of the trash',
  description: 'A task that is not in the trash is answered as it is.',
  route: { method: 'POST', path: '/api/tasks/{id}/restore' },
  scope: 'tasks:write',
  query: noParameters,
  body: noBody,
  idempotent: true,
  answers: [{ status: 200, meaning: 'The task.', schema: task, headers: ['ETag'] }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
  scale: { concurrency: 4 },
} as const satisfies HttpContract;
