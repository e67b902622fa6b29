/** What Prometheus, Alertmanager and kube-state-metrics read, and the chart that installs them, as files in git. */
import { type GeneratedFile, yamlFile } from '../../generated-file.ts';
import { alertmanager } from './alertmanager.ts';
import { kubePrometheusStack, releaseLabel } from './kube-prometheus-stack.ts';
import { kubeStateMetrics } from './kube-state-metrics.ts';
import { ruleGroups } from './rules.ts';

export function monitoringFiles(): readonly GeneratedFile[] {
  const groups = ruleGroups();
  return [
    yamlFile('knative/monitoring/rules.yaml', { groups }),
    yamlFile('knative/monitoring/prometheus-rule.yaml', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'task-manager', namespace: 'task-manager', labels: releaseLabel },
      spec: { groups },
    }),
    yamlFile('knative/monitoring/alertmanager.yaml', alertmanager()),
    yamlFile('knative/monitoring/kube-state-metrics.yaml', kubeStateMetrics),
    yamlFile('knative/monitoring/kube-prometheus-stack.values.yaml', kubePrometheusStack),
  ];
}
