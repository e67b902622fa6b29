/** What Prometheus of compose.yaml scrapes, and where it takes its rules from. */
import { catalogue } from '../functions/catalogue.ts';
import { type GeneratedFile, yamlFile } from '../generated-file.ts';

export const prometheusFile = 'compose/prometheus.yml';

export function prometheusConfiguration(): GeneratedFile {
  const serving = catalogue.filter(({ kind }) => kind !== 'job');
  return yamlFile(prometheusFile, {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: ['rules.yaml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
    // Named one by one: what does not run is down, and not merely absent.
    scrape_configs: [
      {
        job_name: 'functions',
        honor_labels: true, // of one that does not answer, too, it is known which function it is
        static_configs: serving.map(({ name }) => ({ targets: [`${name}:9464`], labels: { function: name } })),
      },
    ],
  });
}
