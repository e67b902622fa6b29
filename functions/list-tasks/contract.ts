import * as z from 'zod/mini';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { pageSize } from '../../lib/http/page-size.ts';

export const contract = {
  kind: 'http',
  name: 'list-tasks',
  summary: 'List tasks, newest first',
  route: { method: 'GET', path: '/api/tasks' },
  query: z.strictObject({ limit: pageSize, cursor: z.optional(z.string()) }),
  body: noBody,
  stores: ['postgresql'],
} as const satisfies HttpContract;
