/** Our settings of Knative, merged into upstream's own files: each meets what it is for, and says what Knative knows. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { mergesIn, objectsOf } from '../testing/files.ts';
import { goModule } from '../testing/go-module.ts';
import { built } from '../testing/kustomize.ts';
import { knativeServing } from '../testing/schemas/sources.ts';

type ConfigMap = KubernetesObject & { readonly data: Readonly<Record<string, string>> };

const { patches } = mergesIn('install/knative-serving');
const files = patches.map(({ path: file }) => file);
const settings = files.flatMap(file => objectsOf(`install/knative-serving/${file}`)).filter(isConfigMap);

let folder: string;
let merged: readonly KubernetesObject[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'knative-serving-'));
  const serving = await goModule(knativeServing);
  const networking = /knative\.dev\/networking (\S+)/.exec(readFileSync(path.join(serving, 'go.mod'), 'utf8'))?.[1];
  // Where upstream's releases are made of.
  const upstream = [
    ...filesIn(path.join(serving, 'config/core/configmaps')),
    path.join(await goModule(`knative.dev/networking@${networking}`), 'config/config-network.yaml'),
    path.join(serving, 'config/core/deployments/activator-hpa.yaml'),
    path.join(serving, 'third_party/kourier-latest/kourier.yaml'),
  ];
  for (const file of upstream) writeFileSync(path.join(folder, `upstream-${path.basename(file)}`), readFileSync(file));
  for (const file of files)
    copyFileSync(path.join(import.meta.dirname, 'knative-serving', file), path.join(folder, file));
  const resources = upstream.map(file => `upstream-${path.basename(file)}`);
  writeFileSync(path.join(folder, 'kustomization.yaml'), stringify({ resources, patches }));
  merged = await built(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for(settings)('$metadata.name: upstream knows each key, and its example stays', ({ metadata, data }) => {
  const found = merged.filter(isConfigMap).find(each => each.metadata.name === metadata.name);
  const example: Record<string, unknown> = parse(found?.data._example ?? '');
  // A domain is a key of its own.
  if (metadata.name !== 'config-domain')
    expect(Object.keys(example)).toEqual(expect.arrayContaining(Object.keys(data)));
  expect(found?.data).toMatchObject(data);
  expect(found?.metadata.annotations).toHaveProperty(['knative.dev/example-checksum']);
});

test('Kourier is for the cluster alone, and may lose one of two', () => {
  const of = (kind: string, name: string) => merged.find(each => each.kind === kind && each.metadata.name === name);
  const services = merged.filter(({ kind }) => kind === 'Service');
  expect(services.map(({ spec }) => spec)).toEqual(services.map(() => expect.objectContaining({ type: 'ClusterIP' })));
  expect(services.length).toBeGreaterThan(1);
  const scale = expect.objectContaining({ minReplicas: 2, maxReplicas: 4 });
  expect(of('HorizontalPodAutoscaler', '3scale-kourier-gateway')?.spec).toEqual(scale);
  const budget = of('PodDisruptionBudget', '3scale-kourier-gateway-pdb');
  expect(budget?.spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: { app: '3scale-kourier-gateway' } } });
});

test('the activator does not take the nodes of the functions', () => {
  const scaler = merged.find(each => each.kind === 'HorizontalPodAutoscaler' && each.metadata.name === 'activator');
  expect(scaler?.spec).toMatchObject({ minReplicas: 1, maxReplicas: 4, scaleTargetRef: { name: 'activator' } });
});

function isConfigMap(object: KubernetesObject): object is ConfigMap {
  return object.kind === 'ConfigMap';
}

function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter(file => file.endsWith('.yaml'))
    .map(file => path.join(directory, file));
}
