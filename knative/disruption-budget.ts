/** When nodes are emptied, a quarter of a function's pods go at a time: of up to four, one. A single one may go, too. */
import type { KubernetesObject } from './kubernetes-object.ts';
import { named } from './namespace.ts';

export function disruptionBudget(functionName: string): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: named(functionName),
    spec: {
      maxUnavailable: '25%',
      selector: { matchLabels: { 'serving.knative.dev/service': functionName } },
    },
  };
}
