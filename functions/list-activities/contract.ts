import * as z from 'zod/mini';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { pageSize } from '../../lib/http/page-size.ts';

export const contract = {
  kind: 'http',
  name: 'list-activities',
  summary: 'List the activities of a task, newest first',
  route: { method: 'GET', path: '/api/tasks/{id}/activities' },
  query: z.strictObject({ limit: pageSize, cursor: z.optional(z.string()) }),
  body: noBody,
  stores: ['postgresql', 'mongodb'],
} as const satisfies HttpContract;
