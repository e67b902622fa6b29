import { type HttpContract, jsonBody, noParameters } from '../../lib/http/contract.ts';
import { newTask } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'create-task',
  summary: 'Create a task',
  route: { method: 'POST', path: '/api/tasks' },
  query: noParameters,
  body: jsonBody(newTask),
  idempotent: true,
  stores: ['postgresql', 'redis'],
  calls: ['relay-activities'],
} as const satisfies HttpContract;
