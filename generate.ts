/** npm run generate: writes every file that is made from the sources; a test fails when one of them is stale. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { composeFiles } from './compose/compose-files.ts';
import type { GeneratedFile } from './generated-file.ts';
import { environmentFiles } from './knative/environment-files.ts';
import { installFiles } from './knative/install/install-files.ts';
import { manifests } from './knative/manifests.ts';
import { boardFiles } from './knative/monitoring/boards/boards.ts';
import { monitoringFiles } from './knative/monitoring/monitoring-files.ts';

const root = import.meta.dirname;

export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return [
    ...composeFiles(),
    ...monitoringFiles(),
    ...boardFiles(),
    ...manifests(),
    ...environmentFiles(),
    ...installFiles(),
  ];
}

if (import.meta.main) {
  for (const { path: file, contents } of await generatedFiles()) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), contents);
  }
}
