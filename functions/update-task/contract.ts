import { type HttpContract, jsonBody, noParameters } from '../../lib/http/contract.ts';
import { taskPatch } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'update-task',
  summary: 'Change fields of a task',
  route: { method: 'PATCH', path: '/api/tasks/{id}' },
  query: noParameters,
  body: jsonBody(taskPatch, 'application/merge-patch+json'),
  condition: 'If-Match',
  stores: ['postgresql', 'redis'],
  calls: ['relay-activities'],
} as const satisfies HttpContract;
