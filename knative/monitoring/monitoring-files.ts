/** What Prometheus, Alertmanager and kube-state-metrics read, as files in git. */
import { stringify } from 'yaml';
import { type GeneratedFile, generatedNotice } from '../../generated-file.ts';
import { alertmanager } from './alertmanager.ts';
import { kubeStateMetrics } from './kube-state-metrics.ts';
import { ruleGroups } from './rules.ts';

export function monitoringFiles(): readonly GeneratedFile[] {
  const groups = ruleGroups();
  return [
    yaml('rules.yaml', { groups }),
    yaml('prometheus-rule.yaml', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'task-manager', namespace: 'task-manager', labels: { release: 'kube-prometheus-stack' } },
      spec: { groups },
    }),
    yaml('alertmanager.yaml', alertmanager()),
    yaml('kube-state-metrics.yaml', kubeStateMetrics),
  ];
}

function yaml(name: string, contents: object): GeneratedFile {
  return {
    path: `knative/monitoring/${name}`,
    contents: `# ${generatedNotice}\n${stringify(contents, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  };
}
