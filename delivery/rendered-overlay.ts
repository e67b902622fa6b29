/**
 * An overlay with the images of a release, as files that kubectl applies one after the other: `.local/deploy/<overlay>/`.
 * The folder stays, for a person who wants to see what was applied.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from '../knative/kubernetes-object.ts';
import { namespace } from '../knative/namespace.ts';
import { checkout, localFolder } from '../local/checkout.ts';
import { Failure } from '../local/failure.ts';
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
  const parts = partsOf(await kubectl.render(`${checkout}/knative/overlays/${overlay}`), images);
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

/**
 * @param rendered as kustomize writes it
 * @param images by function, in place of those that the overlay names, by whatever name it does
 */
export function partsOf(rendered: string, images: ReadonlyMap<string, string> = new Map()): Parts {
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
  setImages(functions, images);
  return { functions, settings, routes, ground };
}

function setImages(functions: Parts['functions'], images: ReadonlyMap<string, string>): void {
  for (const [name, image] of images) for (const object of functions.get(name) ?? []) setImage(name, object, image);
}

/** @throws {Failure} when the pod of the object has another number of containers than one */
function setImage(name: string, object: KubernetesObject, image: string): void {
  const { template, jobTemplate } = (object.spec ?? {}) as {
    template?: Template;
    jobTemplate?: { spec: { template: Template } };
  };
  const pod = (template ?? jobTemplate?.spec.template)?.spec;
  if (pod === undefined) return;
  const [container, ...others] = pod.containers;
  if (container === undefined || others.length > 0)
    throw new Failure(
      `giving ${name} its image`,
      `a ${object.kind} has ${pod.containers.length} containers`,
      'one is meant',
    );
  container.image = image;
}

interface Template {
  readonly spec: { readonly containers: { image: string }[] };
}

function imageIn(objects: readonly KubernetesObject[]): string {
  return /"image":"([^"]+)"/.exec(JSON.stringify(objects))?.[1] ?? '';
}
