/**
 * Knative takes any key under its names, misspelt ones too, and does nothing of what they say. These are those that it
 * knows (knative.dev/serving 1.23: pkg/apis/autoscaling/register.go, pkg/apis/serving/register.go).
 */
export const templateAnnotations: ReadonlySet<string> = new Set([
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

export const serviceAnnotations: ReadonlySet<string> = new Set(['serving.knative.dev/rollout-duration']);
export const serviceLabels: ReadonlySet<string> = new Set(['networking.knative.dev/visibility']);

/** Queue-proxy's, and what Knative sets itself. */
export const reservedPorts: readonly number[] = [8008, 8012, 8013, 8022, 8112, 9090, 9091];
export const reservedVariables: readonly string[] = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];
