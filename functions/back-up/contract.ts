import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'back-up',
  summary: 'Back up PostgreSQL and the activity log',
  stores: ['postgresql', 'mongodb'],
  databaseRole: 'back-up',
  needs: ['backups', 'postgresql-programs'],
  schedule: '0 3 * * *',
} as const satisfies JobContract;
