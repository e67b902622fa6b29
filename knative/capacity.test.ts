import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { greatestDemand, supply } from './capacity.ts';
import { isServing, scaleOf } from './scale.ts';
import { type ObjectOf, objectsOf } from './testing/files.ts';

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

type NginxProxy = ObjectOf<{
  readonly kubernetes: {
    readonly deployment: {
      readonly replicas: number;
      readonly container: { readonly resources: { readonly requests: Readonly<Record<'cpu' | 'memory', string>> } };
    };
  };
}>;

test("the quota holds the gateway's pods, too, whose namespace is ours: one more while they are replaced", () => {
  const [proxy] = objectsOf('gateway/nginx/nginx-proxy.yaml').filter(
    (each): each is NginxProxy => each.kind === 'NginxProxy',
  );
  const { replicas = 0, container } = proxy?.spec.kubernetes.deployment ?? {};
  const { cpu = '', memory = '' } = container?.resources.requests ?? {};
  expect([cpu, memory]).toEqual([expect.stringMatching(/^\d+m$/), expect.stringMatching(/^\d+Mi$/)]);
  const demand = greatestDemand(catalogue);
  expect(demand.cpu + (replicas + 1) * Number.parseInt(cpu, 10)).toBeLessThanOrEqual(supply.cpu);
  expect(demand.memory + (replicas + 1) * Number.parseInt(memory, 10)).toBeLessThanOrEqual(supply.memory);
});
