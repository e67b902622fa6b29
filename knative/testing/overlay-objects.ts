/**
 * The objects of an overlay with its patches, as far as it can be seen without kustomize: names get no digest, images no
 * other name. overlays.platform.test.ts holds this against what kustomize says.
 */
import path from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { kustomizationIn, objectsOf, type Patch } from './files.ts';
import { type Operation, patched } from './json-patch.ts';

type Objects = readonly KubernetesObject[];

/** @param folder in knative/ */
export function overlayObjects(folder: string): Objects {
  return objectsAfter(folder, []);
}

function objectsAfter(folder: string, before: Objects): Objects {
  const { resources = [], components = [], patches = [], ...others } = kustomizationIn(folder);
  const own = resources.flatMap(each =>
    each.endsWith('.yaml') ? objectsOf(path.join(folder, each)) : overlayObjects(path.join(folder, each)),
  );
  const generated = [
    ...(others.configMapGenerator ?? []).map(({ name }) => generatedObject('ConfigMap', name)),
    ...(others.secretGenerator ?? []).map(({ name }) => generatedObject('Secret', name)),
  ];
  const all = [...before, ...own, ...generated];
  const withComponents = components.reduce<Objects>(
    (objects, each) => objectsAfter(path.join(folder, each), objects),
    all,
  );
  return patches.reduce(withPatch, withComponents);
}

function generatedObject(kind: string, name: string): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name } };
}

function withPatch(objects: Objects, { target, patch }: Patch): Objects {
  const operations: readonly Operation[] = parse(patch);
  const met = objects.filter(object => meets(object, target));
  if (met.length === 0) throw new Error(`a patch meets nothing: ${JSON.stringify(target)}`);
  return objects.map(object => (met.includes(object) ? patched(object, operations) : object));
}

function meets({ apiVersion, kind, metadata }: KubernetesObject, target: Patch['target']): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return (
    kind === target.kind &&
    (target.group === undefined || target.group === group) &&
    new RegExp(`^(${target.name})$`).test(metadata.name)
  );
}
