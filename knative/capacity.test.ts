import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { greatestDemand, supply } from './capacity.ts';
import { isServing, scaleOf } from './scale.ts';
import { objectsOf } from './testing/files.ts';

test('all functions at their maximum, during a rollout, fit ten nodes and PostgreSQL', () => {
  const demand = greatestDemand(catalogue);
  expect(demand.cpu).toBeLessThanOrEqual(supply.cpu);
  expect(demand.memory).toBeLessThanOrEqual(supply.memory);
  expect(demand.postgresqlConnections).toBeLessThanOrEqual(supply.postgresqlConnections);
});

test('no function may have more pods than Knative lets anyone have', () => {
  const [settings] = objectsOf('install/knative-serving/config-autoscaler.yaml');
  const greatest = Math.max(...catalogue.filter(isServing).map(each => scaleOf(each).max));
  expect(settings).toMatchObject({ data: { 'max-scale-limit': String(greatest) } });
});
