import type { EventContract } from '../../../lib/http/contract.ts';

export const contract = {
  kind: 'event',
  name: 'verb-task',
  summary: 'Verb a task',
  event: 'task-manager.verb-task.due',
  stores: ['postgresql'],
  databaseRole: 'keeper',
  schedule: '0 5 * * *',
  scale: { max: 1 },
} as const satisfies EventContract;
