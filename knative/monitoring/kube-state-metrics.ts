/**
 * What kube-state-metrics is to tell of Knative's objects: whether a Service is ready, how far a Revision may scale.
 * Knative's own metrics know neither. Its role has to allow it to list and watch both.
 */
const knative = { group: 'serving.knative.dev', version: 'v1' };

export const kubeStateMetrics = {
  kind: 'CustomResourceStateMetrics',
  spec: {
    resources: [
      {
        groupVersionKind: { ...knative, kind: 'Service' },
        metricNamePrefix: 'knative_service',
        labelsFromPath: { function: ['metadata', 'name'], namespace: ['metadata', 'namespace'] },
        metrics: [
          {
            name: 'condition',
            help: 'A condition of a Knative Service: 1 for the status that it has now.',
            each: {
              type: 'StateSet',
              stateSet: {
                path: ['status', 'conditions'],
                labelsFromPath: { type: ['type'] },
                labelName: 'status',
                valueFrom: ['status'],
                list: ['True', 'False', 'Unknown'],
              },
            },
          },
        ],
      },
      {
        groupVersionKind: { ...knative, kind: 'Revision' },
        metricNamePrefix: 'knative_revision',
        labelsFromPath: { kn_revision_name: ['metadata', 'name'], namespace: ['metadata', 'namespace'] },
        metrics: [
          {
            name: 'max_scale',
            help: 'How many pods a Knative Revision may have, by its annotation.',
            each: {
              type: 'Gauge',
              // To the value itself: of an object it would make a series for each key.
              gauge: {
                path: ['metadata', 'annotations', 'autoscaling.knative.dev/max-scale'],
                nilIsZero: true, // one that may scale without end
              },
            },
          },
        ],
      },
    ],
  },
};
