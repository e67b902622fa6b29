import { type HttpContract, noBody, noParameters } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'http',
  name: 'delete-task',
  summary: 'Move a task to the trash',
  description: 'It can be restored for 30 days, and is purged then.',
  route: { method: 'DELETE', path: '/api/tasks/{id}' },
  scope: 'tasks:write',
  query: noParameters,
  body: noBody,
  condition: 'If-Match',
  answers: [{ status: 204, meaning: 'The task is in the trash.' }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
} as const satisfies HttpContract;
