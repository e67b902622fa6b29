import { type HttpContract, jsonBody, noParameters } from '../../lib/http/contract.ts';
import { newTask } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'replace-task',
  summary: 'Replace a task',
  route: { method: 'PUT', path: '/api/tasks/{id}' },
  query: noParameters,
  body: jsonBody(newTask),
  condition: 'If-Match',
  stores: ['postgresql', 'redis'],
  calls: ['relay-activities'],
} as const satisfies HttpContract;
