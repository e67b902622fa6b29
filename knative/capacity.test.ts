import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { greatestDemand, supply } from './capacity.ts';

test('all functions at their maximum, during a rollout, fit ten nodes and PostgreSQL', () => {
  const demand = greatestDemand(catalogue);
  expect(demand.cpu).toBeLessThanOrEqual(supply.cpu);
  expect(demand.memory).toBeLessThanOrEqual(supply.memory);
  expect(demand.postgresqlConnections).toBeLessThanOrEqual(supply.postgresqlConnections);
});
