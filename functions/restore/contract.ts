import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'restore',
  summary: 'Restore a backup into an empty database and an empty log',
  stores: ['postgresql', 'redis', 'mongodb'],
  databaseRole: 'owner',
  needs: ['backups', 'postgresql-programs'],
} as const satisfies JobContract;
