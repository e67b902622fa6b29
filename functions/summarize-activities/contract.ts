import * as z from 'zod/mini';
import { activityCounts } from '../../lib/activities/activity-counts.ts';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';

/** How many UTC days the summary covers, today included. */
const days = z
  ._default(
    z.pipe(
      z.string().check(z.regex(/^([1-9]|[1-8]\d|90)$/, 'Must be a whole number from 1 to 90.')),
      z.transform(Number),
    ),
    30,
  )
  .register(z.globalRegistry, {
    type: 'integer',
    minimum: 1,
    maximum: 90,
    description: 'How many UTC days, today included.',
  });

export const contract = {
  kind: 'http',
  name: 'summarize-activities',
  summary: 'Count activities by day, action and actor',
  description: 'May lag behind the last changes by seconds.',
  route: { method: 'GET', path: '/api/activities/summary' },
  scope: 'tasks:read',
  query: z.strictObject({ days }),
  body: noBody,
  answers: [{ status: 200, meaning: 'The counts, by day, action and actor.', schema: activityCounts }],
  stores: ['postgresql', 'redis', 'mongodb'],
  databaseRole: 'reader',
} as const satisfies HttpContract;
