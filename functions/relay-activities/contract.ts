import { outboxWritten } from '../../lib/activities/nudge.ts';
import type { EventContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'event',
  name: 'relay-activities',
  summary: 'Move what waits in the outbox to the activity log, and repair the cache',
  event: outboxWritten,
  stores: ['postgresql', 'redis', 'mongodb'],
  databaseRole: 'keeper',
  // A nudge of each pod that changes tasks may wait for the end of a pass.
  scale: { min: 1, max: 1, concurrency: 40 },
} as const satisfies EventContract;
