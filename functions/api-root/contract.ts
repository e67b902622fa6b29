import type { RootContract } from '../../lib/http/contract.ts';

export const contract = {
  kind: 'root',
  name: 'api-root',
  summary: 'The state of the stores, and the answer to what no other function serves',
  routes: [{ method: 'GET', path: '/health' }],
  stores: ['postgresql', 'redis'],
} as const satisfies RootContract;
