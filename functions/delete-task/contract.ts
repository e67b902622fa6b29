import { type HttpContract, noBody, noParameters } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'http',
  name: 'delete-task',
  summary: 'Move a task to the trash',
  route: { method: 'DELETE', path: '/api/tasks/{id}' },
  query: noParameters,
  body: noBody,
  condition: 'If-Match',
  stores: ['postgresql', 'redis'],
  calls: ['relay-activities'],
} as const satisfies HttpContract;
