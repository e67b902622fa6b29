/**
 * Where the pods of a function stand that always has several: on different nodes, in different zones, as evenly as can be.
 * Not strictly so: a pod on a node that has one already is better than a pod that waits for a node.
 */
export function topologySpread(functionName: string): object[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(topologyKey => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'serving.knative.dev/service': functionName } },
  }));
}
