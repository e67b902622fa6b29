import type { EventContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'event',
  name: 'clean-up',
  summary: 'Purge what has been in the trash for long, and what nobody can ask for any more',
  event: 'task-manager.clean-up.due',
  stores: ['postgresql', 'mongodb'],
  calls: ['relay-activities'],
} as const satisfies EventContract;
