import { type HttpContract, noBody, noParameters } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'http',
  name: 'restore-task',
  summary: 'Take a task out of the trash',
  route: { method: 'POST', path: '/api/tasks/{id}/restore' },
  query: noParameters,
  body: noBody,
  idempotent: true,
  stores: ['postgresql', 'redis'],
  calls: ['relay-activities'],
} as const satisfies HttpContract;
