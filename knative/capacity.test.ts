import { describe, expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { environments } from '../infra-cdktf/environments.ts';
import { greatestDemand, greatestReplicas, supplyOf } from './capacity.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { shareOfTheNodes } from './resource-quota.ts';
import { isServing, scaleOf } from './scale.ts';
import { type KnativeService, objectsOf, type PodTemplate } from './testing/files.ts';
import { overlayObjects } from './testing/overlay-objects.ts';

type Service = KnativeService & { readonly apiVersion: 'serving.knative.dev/v1' };

describe.for(environments)('$name', environment => {
  const objects = overlayObjects(`overlays/${environment.name}`);
  const scales = objects.filter(isService).map(({ spec }) => scaleIn(spec.template));

  test('all functions at their maximum, during a rollout, fit its nodes and its PostgreSQL', () => {
    expect(scales).toHaveLength(catalogue.filter(isServing).length);
    for (const { min, max } of scales) expect(max).toBeGreaterThanOrEqual(min);
    const demand = greatestDemand(scales, catalogue.length - scales.length);
    const supply = supplyOf(environment);
    expect(demand.cpu).toBeLessThanOrEqual(supply.cpu);
    expect(demand.memory).toBeLessThanOrEqual(supply.memory);
    expect(demand.postgresqlConnections).toBeLessThanOrEqual(supply.postgresqlConnections);
  });

  test('the quota is what its nodes leave', () => {
    const quotas = objects.filter(({ kind }) => kind === 'ResourceQuota').map(({ spec }) => spec);
    expect(quotas).toEqual([{ hard: shareOfTheNodes(environment) }]);
  });
});

function isService(object: KubernetesObject): object is Service {
  return object.apiVersion === 'serving.knative.dev/v1';
}

function scaleIn({ metadata: { annotations = {} } }: PodTemplate) {
  const of = (bound: string) => Number(annotations[`autoscaling.knative.dev/${bound}-scale`]);
  return { min: of('min'), max: of('max') };
}

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
