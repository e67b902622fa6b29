import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'erase-tenant',
  summary: 'Erase all data of a tenant, in every store',
  stores: ['postgresql', 'redis', 'mongodb'],
  databaseRole: 'keeper',
  needs: ['backups'],
} as const satisfies JobContract;
