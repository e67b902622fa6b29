import { type HttpContract, jsonBody, noParameters } from '../../lib/http/contract.ts';
import { task, taskPatch } from '../../lib/tasks/task.ts';

export const contract = {
  kind: 'http',
  name: 'update-task',
  summary: 'Change fields of a task',
  description:
    'A JSON merge patch (RFC 7396): only the fields that it names change, so that two clients changing different fields ' +
    'both win. What changes nothing adds no version.',
  route: { method: 'PATCH', path: '/api/tasks/{id}' },
  scope: 'tasks:write',
  query: noParameters,
  body: jsonBody(taskPatch, 'application/merge-patch+json'),
  condition: 'If-Match',
  answers: [{ status: 200, meaning: 'The task as it is now.', schema: task, headers: ['ETag'] }],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
  scale: { min: 1, max: 10 },
} as const satisfies HttpContract;
