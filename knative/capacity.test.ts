import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { greatestDemand, greatestReplicas, supply } from './capacity.ts';
import { isServing, scaleOf } from './scale.ts';
import { objectsOf } from './testing/files.ts';

test('all functions at their maximum, during a rollout, fit ten nodes and PostgreSQL', () => {
  const demand = greatestDemand(catalogue);
  expect(demand.cpu).toBeLessThanOrEqual(supply.cpu);
  expect(demand.memory).toBeLessThanOrEqual(supply.memory);
  expect(demand.postgresqlConnections).toBeLessThanOrEqual(supply.postgresqlConnections);
});

test.for([
  ['activator', 'activator.yaml', 'activator'],
  ['kourier', 'kourier.yaml', '3scale-kourier-gateway'],
] as const)('%s does not scale beyond what is counted', ([counted, file, name]) => {
  const scalers = objectsOf(`install/knative-serving/${file}`).filter(
    ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name === name,
  );
  expect(scalers).toEqual([expect.objectContaining({ spec: expect.anything() })]);
  expect(scalers[0]).toHaveProperty('spec.maxReplicas', greatestReplicas[counted]);
});

test('no function may have more pods than Knative lets anyone have', () => {
  const [settings] = objectsOf('install/knative-serving/config-autoscaler.yaml');
  const greatest = Math.max(...catalogue.filter(isServing).map(each => scaleOf(each).max));
  expect(settings).toMatchObject({ data: { 'max-scale-limit': String(greatest) } });
});
