import * as z from 'zod/mini';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';

/** How many UTC days the summary covers, today included. */
const days = z._default(
  z.pipe(
    z.string().check(z.regex(/^([1-9]|[1-8]\d|90)$/, 'Must be a whole number from 1 to 90.')),
    z.transform(Number),
  ),
  30,
);

export const contract = {
  kind: 'http',
  name: 'summarize-activities',
  summary: 'Count activities by day, action and actor',
  route: { method: 'GET', path: '/api/activities/summary' },
  query: z.strictObject({ days }),
  body: noBody,
  stores: ['postgresql', 'mongodb'],
} as const satisfies HttpContract;
