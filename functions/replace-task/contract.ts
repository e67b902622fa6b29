import { type HttpContract, jsonBody, noParameters } from '../../lib/http/contract.ts';
import { newTask, task } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'replace-task',
  summary: 'Replace a task',
  description: 'Needs `If-Match`. Fields that are left out get their defaults.',
  route: { method: 'PUT', path: '/api/tasks/{id}' },
  scope: 'tasks:write',
  query: noParameters,
  body: jsonBody(newTask),
  condition: 'If-Match',
  answers: [{ status: 200, meaning: 'The task as it is now.', schema: task, headers: ['ETag'] }],
  problems: ['precondition-required'],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
} as const satisfies HttpContract;
