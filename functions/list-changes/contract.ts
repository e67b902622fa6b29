import * as z from 'zod/mini';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { pageSize } from '../../lib/http/page-size.ts';

export const contract = {
  kind: 'http',
  name: 'list-changes',
  summary: 'List what changed since a cursor',
  route: { method: 'GET', path: '/api/changes' },
  query: z.strictObject({ limit: pageSize, cursor: z.optional(z.string()) }),
  body: noBody,
  stores: ['postgresql'],
} as const satisfies HttpContract;
