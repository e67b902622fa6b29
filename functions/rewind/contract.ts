import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'rewind',
  summary: 'Bring the log, the change feed and the cache in step with a database that was brought back in time',
  stores: ['postgresql', 'redis', 'mongodb'],
  databaseRole: 'owner',
  needs: ['backups'],
} as const satisfies JobContract;
