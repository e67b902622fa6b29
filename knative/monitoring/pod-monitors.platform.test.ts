/** The pod monitors' relabelings on a real Prometheus, for a pod as Knative makes it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod/mini';
import { startPrometheus } from '../../local/monitoring/prometheus.ts';

const relabeling = z.strictObject({
  sourceLabels: z.optional(z.array(z.string())),
  regex: z.optional(z.string()),
  targetLabel: z.optional(z.string()),
  replacement: z.optional(z.string()),
  action: z.optional(z.enum(['keep', 'drop', 'labeldrop'])),
});
const podMonitor = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    podMetricsEndpoints: z.array(
      z.object({
        honorLabels: z.optional(z.boolean()),
        relabelings: z.optional(z.array(relabeling)),
        metricRelabelings: z.optional(z.array(relabeling)),
      }),
    ),
  }),
});
const file = readFileSync(path.join(import.meta.dirname, 'pod-monitors.yaml'), 'utf8');
const monitors = parseAllDocuments(file).map(document => podMonitor.parse(document.toJS()));

/** The same in Prometheus' own words. */
const native = ({ sourceLabels, targetLabel, ...same }: z.infer<typeof relabeling>) => ({
  ...same,
  ...(sourceLabels && { source_labels: sourceLabels }),
  ...(targetLabel && { target_label: targetLabel }),
});

/** The operator makes a target of each port that a container of the pod declares. */
const ports = {
  'user-port': 'user-container',
  'http-autometric': 'queue-proxy',
  'http-usermetric': 'queue-proxy',
  'queue-port': 'queue-proxy',
};

test('a function is scraped once, at its own port, and as job functions', async () => {
  const scrape_configs = monitors.flatMap(({ metadata, spec }) =>
    spec.podMetricsEndpoints.map(({ honorLabels = false, relabelings = [], metricRelabelings = [] }) => ({
      job_name: metadata.name,
      honor_labels: honorLabels,
      relabel_configs: relabelings.map(native),
      metric_relabel_configs: metricRelabelings.map(native),
      static_configs: Object.entries(ports).map(([name, container], index) => ({
        targets: [`127.0.0.1:${index + 1}`],
        labels: {
          container,
          __meta_kubernetes_pod_ip: '127.0.0.1',
          __meta_kubernetes_pod_container_port_name: name,
          __meta_kubernetes_pod_label_serving_knative_dev_service: 'get-task',
        },
      })),
    })),
  );
  await using prometheus = await startPrometheus({ scrape_configs });
  await expect
    .poll(async () => targetsOf(await fetch(`${prometheus.url}/api/v1/targets?state=active`)), { timeout: 20_000 })
    .toEqual([{ container: 'user-container', function: 'get-task', instance: '127.0.0.1:9464', job: 'functions' }]);
});

const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ scrapePool: z.string(), labels: z.record(z.string(), z.string()) })),
  }),
});

async function targetsOf(answer: Response): Promise<readonly Record<string, string>[]> {
  const { activeTargets } = targets.parse(await answer.json()).data;
  return activeTargets.filter(({ scrapePool }) => scrapePool === 'functions').map(({ labels }) => labels);
}
