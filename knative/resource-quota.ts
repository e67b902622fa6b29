/** No mistake in a scale takes what the nodes keep for the platform. */
import { type Environment, production } from '../infra-cdktf/environments.ts';
import { supplyOf } from './capacity.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { shared } from './namespace.ts';
import { mebi, milli } from './resources.ts';

/** Production's; an environment with other nodes has its own. */
export const resourceQuota: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: shared('share-of-the-nodes'),
  spec: { hard: shareOfTheNodes(production) },
};

export function shareOfTheNodes(environment: Environment): Readonly<Record<string, string>> {
  const { cpu, memory } = supplyOf(environment);
  return { 'requests.cpu': milli(cpu), 'requests.memory': mebi(memory) };
}
