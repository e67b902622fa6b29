import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'migrate',
  summary: 'Bring the database to the newest schema',
  stores: ['postgresql'],
} as const satisfies JobContract;
