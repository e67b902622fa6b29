/**
 * Who a function is. On Google Cloud the overlay links it to an account of Google's that has its rights (Workload Identity
 * Federation), whose tokens come from the node: none is mounted.
 */
import type { KubernetesObject } from './kubernetes-object.ts';
import { named } from './namespace.ts';

export function serviceAccount(functionName: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: named(functionName),
    automountServiceAccountToken: false,
  };
}
