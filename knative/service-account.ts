/**
 * Who a function is. On Google Cloud its rights are granted to this account as such (Workload Identity Federation), with
 * no account of Google's in between, and its tokens come from the node: none is mounted.
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
