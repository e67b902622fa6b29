import * as z from 'zod/mini';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { cursor, pageSize } from '../../lib/http/page-query.ts';
import { changePage } from '../../lib/tasks/task-page.ts';

export const contract = {
  kind: 'http',
  name: 'list-changes',
  summary: 'List what changed since a cursor',
  description:
    'Tasks as they are now, those in the trash included, and tombstones of those that were purged. Without a cursor, from ' +
    "the beginning. A client that keeps asking with the last cursor ends with exactly the server's tasks.",
  route: { method: 'GET', path: '/api/changes' },
  scope: 'tasks:read',
  query: z.strictObject({ limit: pageSize, cursor }),
  body: noBody,
  answers: [{ status: 200, meaning: 'What changed, oldest first.', schema: changePage }],
  problems: ['cursor-expired'],
  stores: ['postgresql', 'redis'],
  databaseRole: 'reader',
  scale: { max: 4, concurrency: 3 },
} as const satisfies HttpContract;
