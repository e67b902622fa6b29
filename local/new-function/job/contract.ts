import type { JobContract } from '../../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'verb-task',
  summary: 'Verb a task',
  stores: ['postgresql'],
  databaseRole: 'keeper',
} as const satisfies JobContract;
