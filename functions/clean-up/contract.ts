import type { EventContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'event',
  name: 'clean-up',
  summary: 'Purge what has been in the trash for long, and what nobody can ask for any more',
  event: 'task-manager.clean-up.due',
  stores: ['postgresql', 'mongodb'],
  databaseRole: 'keeper',
  calls: ['relay-activities'],
  schedule: '0 4 * * *',
  scale: { max: 1 },
} as const satisfies EventContract;
