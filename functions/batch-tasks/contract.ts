import { type HttpContract, noParameters } from '../../lib/http/contract.ts';
import { batch } from '../../lib/tasks/batch.ts';
import { batchResults } from '../../lib/tasks/batch-results.ts';

export const contract = {
  kind: 'http',
  name: 'batch-tasks',
  summary: 'Change up to 100 tasks in one transaction',
  description:
    'Atomic, it does all or nothing: when one operation fails, the others are answered 424. Otherwise each succeeds or ' +
    'fails for itself. A dry run answers what would happen, and changes nothing. An id may be named once.',
  route: { method: 'POST', path: '/api/tasks/batch' },
  scope: 'tasks:write',
  query: noParameters,
  body: { schema: batch, types: ['application/json'], limit: 1024 * 1024 },
  idempotent: true,
  answers: [
    { status: 200, meaning: 'A result for each operation, in its order.', schema: batchResults },
    { status: 422, meaning: 'Nothing was done, because an operation of an atomic batch failed.', schema: batchResults },
  ],
  stores: ['postgresql', 'redis'],
  databaseRole: 'writer',
  calls: ['relay-activities'],
  scale: { concurrency: 2 },
} as const satisfies HttpContract;
