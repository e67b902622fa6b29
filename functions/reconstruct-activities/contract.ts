import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'reconstruct-activities',
  summary: 'Close the holes of an activity log that lost some',
  stores: ['postgresql', 'mongodb'],
  databaseRole: 'reader',
} as const satisfies JobContract;
