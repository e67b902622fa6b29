/** Kustomize, as kubectl carries it; built from its source, because nobody packages one that is new enough. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Failure, lastLines } from '../../local/failure.ts';
import { installed } from '../../local/installed.ts';
import { runProgram } from '../../local/run-program.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

const VERSION = '5.5.0';

const known = new Map<string, Promise<readonly KubernetesObject[]>>();

/** Each once in a process. @param folder in knative/ */
export function rendered(folder: string): Promise<readonly KubernetesObject[]> {
  const objects = known.get(folder) ?? built(path.join(import.meta.dirname, '..', folder));
  known.set(folder, objects);
  return objects;
}

/** @param folder anywhere */
export async function built(folder: string): Promise<readonly KubernetesObject[]> {
  const { ok, output } = await runProgram(await kustomize(), ['build', folder]);
  if (!ok) throw new Failure(`rendering ${folder}`, lastLines(output, 5), 'read what kustomize says');
  return parseAllDocuments(output).map(document => document.toJS());
}

async function kustomize(): Promise<string> {
  const folder = await installed(`kustomize-${VERSION}`, async partial => {
    const outcome = await runProgram('go', ['install', `sigs.k8s.io/kustomize/kustomize/v5@v${VERSION}`], {
      env: { GOBIN: partial },
      timeout: 600_000,
    });
    if (outcome.ok && existsSync(`${partial}/kustomize`)) return;
    throw new Failure('installing kustomize (go install)', lastLines(outcome.output, 5), 'install Go 1.22 or newer');
  });
  return `${folder}/kustomize`;
}
