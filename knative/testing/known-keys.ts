/**
 * Knative takes any key under its names, misspelt ones too, and does nothing of what they say. These are those that it
 * knows (knative.dev/serving 1.23: pkg/apis/autoscaling/register.go, pkg/apis/serving/register.go).
 */
import type { KubernetesObject } from '../kubernetes-object.ts';

const templateAnnotations: ReadonlySet<string> = new Set([
  ...[
    ...['class', 'metric', 'target', 'target-utilization-percentage', 'target-burst-capacity', 'window'],
    ...['min-scale', 'max-scale', 'initial-scale', 'activation-scale', 'scale-down-delay'],
    ...['scale-to-zero-pod-retention-period', 'panic-window-percentage', 'panic-threshold-percentage'],
    'metric-aggregation-algorithm',
  ].map(key => `autoscaling.knative.dev/${key}`),
  ...[
    ...['cpu-resource-request', 'cpu-resource-limit', 'memory-resource-request', 'memory-resource-limit'],
    ...['ephemeral-storage-resource-request', 'ephemeral-storage-resource-limit'],
  ].map(key => `queue.sidecar.serving.knative.dev/${key}`),
  'serving.knative.dev/progress-deadline',
]);

const serviceAnnotations: ReadonlySet<string> = new Set(['serving.knative.dev/rollout-duration']);
const serviceLabels: ReadonlySet<string> = new Set(['networking.knative.dev/visibility']);

/** Which Knative gives a pod, and others select it by. */
const podLabels: ReadonlySet<string> = new Set(
  ['service', 'configuration', 'revision'].map(key => `serving.knative.dev/${key}`),
);

/** The keys under Knative's names that it does not know where they stand: in an object as a whole, with all selectors. */
export function unknownKeys(object: KubernetesObject): string[] {
  return keysIn(object)
    .filter(({ place, key }) => !knownAt(object, place).has(key))
    .map(({ key }) => key);
}

function knownAt({ apiVersion, kind }: KubernetesObject, place: string): ReadonlySet<string> {
  const ofService = apiVersion === 'serving.knative.dev/v1' && kind === 'Service';
  if (ofService && place === '/metadata/annotations') return serviceAnnotations;
  if (ofService && place === '/metadata/labels') return serviceLabels;
  if (ofService && place === '/spec/template/metadata/annotations') return templateAnnotations;
  return podLabels;
}

function keysIn(value: unknown, place = ''): { readonly place: string; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    // The name of a field, or what an expression of a selector says.
    const keys = [name, ...(name === 'key' && typeof each === 'string' ? [each] : [])];
    const own = keys.filter(key => key.includes('knative.dev/')).map(key => ({ place, key }));
    return [...own, ...keysIn(each, `${place}/${name}`)];
  });
}

/** Queue-proxy's, and what Knative sets itself. */
export const reservedPorts: readonly number[] = [8008, 8012, 8013, 8022, 8112, 9090, 9091];
export const reservedVariables: readonly string[] = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];
