import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { alertmanager } from './alertmanager.ts';
import { kubePrometheusStack, releaseLabel } from './kube-prometheus-stack.ts';
import { kubeStateMetrics } from './kube-state-metrics.ts';

const textOf = (file: string) => readFileSync(path.join(import.meta.dirname, file), 'utf8');

test("each file that Alertmanager's configuration names is of a Secret that is mounted", () => {
  const files = JSON.stringify(alertmanager()).match(/\/etc\/alertmanager\/secrets\/[\w-]+(?=\/[\w-]+")/g) ?? [];
  const { secrets } = kubePrometheusStack.alertmanager.alertmanagerSpec;
  expect([...new Set(files)]).toEqual(secrets.map(name => `/etc/alertmanager/secrets/${name}`));
});

test('kube-state-metrics may list and watch what it is to tell of', () => {
  const { rbac } = kubePrometheusStack['kube-state-metrics'];
  for (const { groupVersionKind } of kubeStateMetrics.spec.resources) {
    const resource = `${groupVersionKind.kind.toLowerCase()}s`;
    const rule = rbac.extraRules.find(
      ({ apiGroups, resources }) => apiGroups.includes(groupVersionKind.group) && resources.includes(resource),
    );
    expect([resource, rule?.verbs]).toEqual([resource, ['list', 'watch']]);
  }
});

test.each(['prometheus-rule.yaml', 'pod-monitors.yaml'])('%s is read by a Prometheus that wants its label', file => {
  for (const document of parseAllDocuments(textOf(file))) {
    expect(document.toJS()).toMatchObject({ metadata: { labels: releaseLabel } });
  }
});

test('the page on monitoring installs these values, at one version, and makes what they name', () => {
  const page = textOf('../../docs/operations/monitoring.md');
  const { configSecret, secrets } = kubePrometheusStack.alertmanager.alertmanagerSpec;
  expect(page).toMatch(/--version \d+\.\d+\.\d+ --values knative\/monitoring\/kube-prometheus-stack\.values\.yaml/);
  for (const name of [configSecret, ...secrets]) expect(page).toContain(`create secret generic ${name} `);
  const keys = JSON.stringify(alertmanager()).match(/(?<=\/secrets\/[\w-]+\/)[\w-]+/g) ?? [];
  for (const key of keys) expect(page).toContain(`--from-file=${key}=`);
});
