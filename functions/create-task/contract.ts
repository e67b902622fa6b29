import { type HttpContract, jsonBody, noParameters } from '../../lib/http/contract.ts';
import { newTask, task } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'create-task',
  summary: 'Create a task',
  description: 'What is left out gets its default. The next GET of the task is a cache hit.',
  route: { method: 'POST', path: '/api/tasks' },
  scope: 'tasks:write',
  query: noParameters,
  body: jsonBody(newTask),
  idempotent: true,
  answers: [{ status: 201, meaning: 'The task.', schema: task, headers: ['ETag', 'Location'] }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
  scale: { min: 1, max: 10 },
} as const satisfies HttpContract;
