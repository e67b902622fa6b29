/** The namespace of everything here: nothing runs in it that has more rights than Pod Security's `restricted` grants. */
import type { KubernetesObject, Metadata } from './kubernetes-object.ts';

const name = 'task-manager';

/** The metadata of an object of a function. */
export function named(functionName: string): Metadata & { readonly namespace: string } {
  return { name: functionName, namespace: name, labels: labelsOf(functionName) };
}

export function labelsOf(functionName: string): Record<string, string> {
  return { 'app.kubernetes.io/name': functionName, 'app.kubernetes.io/part-of': name };
}

/** The metadata of an object that is of no single function. */
export function shared(objectName: string): Metadata & { readonly namespace: string } {
  return { name: objectName, namespace: name };
}

/** By which a Knative Service is reached inside the cluster. */
export function hostOf(functionName: string): string {
  return `${functionName}.${name}.svc.cluster.local`;
}

/** The Gateway: knative/gateway/gateway.yaml. Its pods are not made as ours are, and are in a namespace of their own. */
export const gateway = { name, namespace: `${name}-edge` } as const;
export const namespace: KubernetesObject = restrictedNamespace(name);

export function restrictedNamespace(name: string): KubernetesObject {
  const level = 'restricted';
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/warn': level,
        'pod-security.kubernetes.io/audit': level,
      },
    },
  };
}
