/** Our settings of Knative, merged into upstream's own files: each meets what it is for, and says what Knative knows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const settings = patches
  .map(({ path: file }) => file)
  .filter(file => file.startsWith('config-'))
  .flatMap(file => objectsOf(`install/knative-serving/${file}`))
  .filter(isConfigMap);

let folder: string;
let merged: readonly ConfigMap[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'knative-serving-'));
  const serving = await goModule(knativeServing);
  const networking = /knative\.dev\/networking (\S+)/.exec(readFileSync(path.join(serving, 'go.mod'), 'utf8'))?.[1];
  const upstream = [
    ...filesIn(path.join(serving, 'config/core/configmaps')),
    path.join(await goModule(`knative.dev/networking@${networking}`), 'config/config-network.yaml'),
  ];
  for (const file of upstream) writeFileSync(path.join(folder, path.basename(file)), readFileSync(file));
  writeFileSync(
    path.join(folder, 'kustomization.yaml'),
    stringify({
      resources: upstream.map(file => path.basename(file)),
      patches: settings.map(each => ({ patch: stringify(each) })),
    }),
  );
  merged = (await built(folder)).filter(isConfigMap);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for(settings)('$metadata.name: upstream knows each key, and its example stays', ({ metadata, data }) => {
  const found = merged.find(each => each.metadata.name === metadata.name);
  const example: Record<string, unknown> = parse(found?.data._example ?? '');
  // A domain is a key of its own.
  if (metadata.name !== 'config-domain')
    expect(Object.keys(example)).toEqual(expect.arrayContaining(Object.keys(data)));
  expect(found?.data).toMatchObject(data);
  expect(found?.metadata.annotations).toHaveProperty(['knative.dev/example-checksum']);
});

function isConfigMap(object: KubernetesObject): object is ConfigMap {
  return object.kind === 'ConfigMap';
}

function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter(file => file.endsWith('.yaml'))
    .map(file => path.join(directory, file));
}
