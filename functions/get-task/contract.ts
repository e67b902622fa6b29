import { type HttpContract, noBody, noParameters } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'http',
  name: 'get-task',
  summary: 'Get a task',
  route: { method: 'GET', path: '/api/tasks/{id}' },
  query: noParameters,
  body: noBody,
  condition: 'If-None-Match',
  stores: ['postgresql', 'redis'],
} as const satisfies HttpContract;
