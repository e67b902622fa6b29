import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'drill',
  summary: 'Restore the newest backup into scratch stores, and compare it with the live ones',
  stores: ['postgresql', 'mongodb'],
  databaseRole: 'back-up',
  needs: ['backups', 'postgresql-programs', 'scratch-stores'],
  schedule: '0 5 * * 0',
} as const satisfies JobContract;
