/** No mistake in a scale takes what the nodes keep for the platform. */
import { supply } from './capacity.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { shared } from './namespace.ts';
import { mebi, milli } from './resources.ts';

export const resourceQuota: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: shared('share-of-the-nodes'),
  spec: { hard: { 'requests.cpu': milli(supply.cpu), 'requests.memory': mebi(supply.memory) } },
};
