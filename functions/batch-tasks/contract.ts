import { type HttpContract, noParameters } from '../../lib/http/contract.ts';
import { batch } from '../../lib/tasks/batch.ts';

export const contract = {
  kind: 'http',
  name: 'batch-tasks',
  summary: 'Change up to 100 tasks in one transaction',
  route: { method: 'POST', path: '/api/tasks/batch' },
  query: noParameters,
  body: { schema: batch, types: ['application/json'], limit: 1024 * 1024 },
  idempotent: true,
  stores: ['postgresql', 'redis'],
  calls: ['relay-activities'],
} as const satisfies HttpContract;
