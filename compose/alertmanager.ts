/** Alertmanager of compose.yaml: production's routes and what silences what, and nobody at their ends. */
import { type GeneratedFile, yamlFile } from '../generated-file.ts';
import { alertmanager, receivers } from '../knative/monitoring/alertmanager.ts';
import { timescale } from '../knative/monitoring/timescale.ts';

export function alertmanagerConfiguration(): GeneratedFile {
  const nobody = Object.values(receivers).map(name => ({ name }));
  return yamlFile('compose/alertmanager.yml', alertmanager(timescale(1), nobody));
}
