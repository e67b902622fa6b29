import type { GeneratedFile } from '../generated-file.ts';
import { alertmanagerConfiguration } from './alertmanager.ts';
import { composeFile } from './compose-file.ts';
import { nginxFileOfCompose } from './nginx.ts';
import { prometheusConfiguration } from './prometheus.ts';

export function composeFiles(): readonly GeneratedFile[] {
  return [composeFile(), nginxFileOfCompose(), prometheusConfiguration(), alertmanagerConfiguration()];
}
