import type { JobContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'job',
  name: 'migrate',
  summary: 'Bring the database to the newest schema, its roles included',
  stores: ['postgresql'],
  databaseRole: 'owner',
  needs: ['logins'],
} as const satisfies JobContract;
