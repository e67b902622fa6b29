/**
 * An overlay with the images of a release, as files that kubectl applies one after the other: `.local/deploy/<overlay>/`.
 * The folder stays, for a person who wants to see what was applied.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from '../knative/kubernetes-object.ts';
import { namespace } from '../knative/namespace.ts';
import { checkout, localFolder } from '../local/checkout.ts';
import { kustomizedImage } from './deploy-images.ts';
import type { Kubectl } from './kubectl.ts';

export interface RenderedOverlay {
  readonly folder: string;
  /** A file for each function: its account, its Service or CronJob, its disruption budget. */
  readonly functions: ReadonlyMap<string, string>;
  /** The image that each of them runs. */
  readonly images: ReadonlyMap<string, string>;
  /** What functions read; a name has a digest in it, so that the revision before keeps its own. */
  readonly settings: string;
  readonly routes: string;
  /** What all stand on: namespaces, policies, the quota, the gateway, monitoring, locally the stores. */
  readonly ground: string;
}

export async function renderOverlay(
  kubectl: Pick<Kubectl, 'render'>,
  overlay: string,
  images: ReadonlyMap<string, string>,
): Promise<RenderedOverlay> {
  const folder = `${localFolder}/deploy/${overlay}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [path.relative(folder, `${checkout}/knative/overlays/${overlay}`)],
    images: [...images].map(([name, image]) => kustomizedImage(name, image)),
  };
  writeFileSync(`${folder}/kustomization.yaml`, stringify(kustomization));
  const parts = partsOf(await kubectl.render(folder));
  const written = (name: string, objects: readonly KubernetesObject[] = []) => {
    const file = `${folder}/${name}.yaml`;
    writeFileSync(file, objects.map(object => stringify(object, { version: '1.1' })).join('---\n'));
    return file;
  };
  return {
    folder,
    functions: new Map([...parts.functions].map(([name, objects]) => [name, written(name, objects)])),
    images: new Map([...parts.functions].map(([name, objects]) => [name, imageIn(objects)])),
    settings: written('settings', parts.settings),
    routes: written('routes', parts.routes),
    ground: written('ground', parts.ground),
  };
}

export interface Parts {
  readonly functions: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly settings: readonly KubernetesObject[];
  readonly routes: readonly KubernetesObject[];
  readonly ground: readonly KubernetesObject[];
}

const ours = namespace.metadata.name;

/** @param rendered as kustomize writes it */
export function partsOf(rendered: string): Parts {
  const objects: KubernetesObject[] = parseAllDocuments(rendered, { version: '1.1' }).map(document => document.toJS());
  const functions = new Map<string, KubernetesObject[]>();
  const settings: KubernetesObject[] = [];
  const routes: KubernetesObject[] = [];
  const ground: KubernetesObject[] = [];
  for (const object of objects) {
    const { kind, metadata } = object;
    const name = metadata.labels?.['app.kubernetes.io/name'];
    const isOurs = metadata.namespace === ours;
    if (isOurs && name !== undefined && metadata.labels?.['app.kubernetes.io/part-of'] === ours) {
      functions.set(name, [...(functions.get(name) ?? []), object]);
    } else if (isOurs && (kind === 'ConfigMap' || kind === 'Secret')) settings.push(object);
    else if (isOurs && kind === 'HTTPRoute') routes.push(object);
    else ground.push(object);
  }
  return { functions, settings, routes, ground };
}

function imageIn(objects: readonly KubernetesObject[]): string {
  return /"image":"([^"]+)"/.exec(JSON.stringify(objects))?.[1] ?? '';
}
