/** A function as a Knative Service: docs/decisions/0010-knative-services.md says why it is set so. */
import { type Container, containerOf } from './container.ts';
import { environmentOf } from './environment.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { labelsOf, named } from './namespace.ts';
import { reachLabels } from './reach.ts';
import { mebi, milli, needs, resourcesOf } from './resources.ts';
import { type Serving, scaleOf } from './scale.ts';
import { topologySpread } from './topology-spread.ts';

/**
 * Seconds, for a request and for the end of a pod, as Knative has it: queue-proxy takes requests until 30 s after the last,
 * then the function has 12 s.
 */
const timeout = 45;

export function knativeService(contract: Serving): KubernetesObject {
  const metadata = named(contract.name);
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, 'networking.knative.dev/visibility': 'cluster-local' },
      annotations: rollout(contract),
    },
    spec: {
      template: {
        metadata: {
          labels: { ...labelsOf(contract.name), ...reachLabels(contract) },
          annotations: { ...scaling(contract), ...queueProxyResources },
        },
        spec: {
          // A burst waits in queue-proxy rather than in the process, until its pods are there.
          containerConcurrency: 2 * scaleOf(contract).concurrency,
          timeoutSeconds: timeout,
          serviceAccountName: contract.name,
          ...(scaleOf(contract).min > 1 && { topologySpreadConstraints: topologySpread(contract.name) }),
          containers: [container(contract)],
        },
      },
    },
  };
}

/** Traffic moves bit by bit where both revisions have pods for it; the old one of a rare function would start for a bit. */
function rollout(contract: Serving): Record<string, string> {
  const { min, max } = scaleOf(contract);
  return { 'serving.knative.dev/rollout-duration': min > 0 && max > 1 ? '120s' : '0s' };
}

function scaling(contract: Serving): Record<string, string> {
  const { min, max, concurrency } = scaleOf(contract);
  return {
    'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/metric': 'concurrency',
    'autoscaling.knative.dev/target': String(concurrency),
    'autoscaling.knative.dev/min-scale': String(min),
    'autoscaling.knative.dev/max-scale': String(max),
    // The activator is always in the path, or never: requests can fail where it enters and leaves it.
    'autoscaling.knative.dev/target-burst-capacity': min === 0 ? '-1' : '0',
  };
}

const { request, limit } = needs.queueProxy;
const queueProxyResources = {
  'queue.sidecar.serving.knative.dev/cpu-resource-request': milli(request.cpu),
  'queue.sidecar.serving.knative.dev/memory-resource-request': mebi(request.memory),
  'queue.sidecar.serving.knative.dev/memory-resource-limit': mebi(limit),
};

function container(contract: Serving): Container & Readonly<Record<string, unknown>> {
  return {
    ...containerOf(contract.name, resourcesOf(needs.function)),
    ports: [{ containerPort: 8080 }],
    env: environmentOf(contract),
    readinessProbe: { httpGet: { path: '/readyz' }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/livez' }, periodSeconds: 10, timeoutSeconds: 5 },
  };
}
