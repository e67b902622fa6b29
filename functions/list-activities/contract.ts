import * as z from 'zod/mini';
import { activityPage } from '../../lib/activities/activity-page.ts';
import { type HttpContract, noBody } from '../../lib/http/contract.ts';
import { cursor, pageSize } from '../../lib/http/page-query.ts';

export const contract = {
  kind: 'http',
  name: 'list-activities',
  summary: 'List the activities of a task, newest first',
  description: 'The last change included. Those of a task in the trash, or purged within 91 days, are still there.',
  route: { method: 'GET', path: '/api/tasks/{id}/activities' },
  scope: 'tasks:read',
  query: z.strictObject({ limit: pageSize, cursor }),
  body: noBody,
  answers: [{ status: 200, meaning: 'A page of activities, without a gap.', schema: activityPage }],
  stores: ['postgresql', 'redis', 'mongodb'],
  databaseRole: 'reader',
} as const satisfies HttpContract;
