/**
 * The values that the chart kube-prometheus-stack is installed with on GKE: where they differ from its own. Its version, and
 * what is made before it, are in docs/operations/monitoring.md.
 */
import { secretName } from './alertmanager.ts';
import { kubeStateMetrics } from './kube-state-metrics.ts';

/** Prometheus of this release reads rules that carry it, whatever else it reads. */
export const releaseLabel = { release: 'kube-prometheus-stack' } as const;

/** Where the chart runs Prometheus. */
export const prometheus = { namespace: 'monitoring', pod: 'prometheus-kube-prometheus-stack-prometheus-0' } as const;

const elsewhere = { enabled: false } as const;

export const kubePrometheusStack = {
  prometheus: {
    prometheusSpec: {
      retention: '35d', // a budget is of 30
      storageSpec: volume('50Gi'),
      // Not only what carries the release's label: the monitors of Knative and cert-manager, too.
      ruleSelectorNilUsesHelmValues: false,
      podMonitorSelectorNilUsesHelmValues: false,
      serviceMonitorSelectorNilUsesHelmValues: false,
    },
  },
  alertmanager: {
    alertmanagerSpec: {
      useExistingSecret: true,
      configSecret: `${secretName}-config`,
      secrets: [secretName],
      storage: volume('1Gi'), // silences, and what was told already
    },
  },
  grafana: { sidecar: { dashboards: { label: 'grafana_dashboard', labelValue: '1' } } },
  'kube-state-metrics': {
    rbac: {
      extraRules: [
        { apiGroups: ['serving.knative.dev'], resources: ['services', 'revisions'], verbs: ['list', 'watch'] },
      ],
    },
    customResourceState: { enabled: true, config: kubeStateMetrics },
  },
  // GKE keeps these to itself or has others in their place: nobody could scrape them, and each would be told to be down.
  kubeControllerManager: elsewhere,
  kubeScheduler: elsewhere,
  kubeEtcd: elsewhere,
  kubeProxy: elsewhere,
  coreDns: elsewhere,
};

function volume(storage: string) {
  return {
    volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } },
  };
}
