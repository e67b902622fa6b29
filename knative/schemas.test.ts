/**
 * Every object of every overlay, patches applied, is one of its kind: no field is misspelt, missing or of another type, and
 * Knative is told nothing that it does not know.
 */
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from './kubernetes-object.ts';
import { mergesIn, objectsOf, overlays } from './testing/files.ts';
import { patched } from './testing/json-patch.ts';
import { unknownKeys } from './testing/known-keys.ts';
import { overlayObjects } from './testing/overlay-objects.ts';
import { schemaFaults, schemasMadeOf } from './testing/schemas/schema-faults.ts';
import { modules } from './testing/schemas/sources.ts';

describe.for([...overlays, 'kind'])('%s', overlay => {
  const objects = overlayObjects(`overlays/${overlay}`);
  const named = objects.map(object => ({ name: `${object.kind} ${object.metadata.name}`, object }));

  test.for(named)('$name', ({ object }) => {
    expect([schemaFaults(object), unknownKeys(object)]).toEqual([[], []]);
  });

  test.for(named)('$name: a misspelt field is refused, wherever it stands', ({ object }) => {
    const taken = placesIn(object).filter(place => schemaFaults(withMisspeltField(object, place)).length === 0);
    expect(taken.filter(place => !isMap(object, place))).toEqual([]);
  });
});

test.for(mergesIn('install/knative-serving').patches)('$path, for Knative itself', ({ path }) => {
  const complete = objectsOf(`install/knative-serving/${path}`).filter(({ kind }) => kind === 'ConfigMap');
  for (const object of complete) expect(schemaFaults(object)).toEqual([]);
});

test.each(['cluster-issuer', 'cluster-secret-store'])('%s, for Google Cloud', name => {
  for (const object of objectsOf(`install/google-cloud/${name}.yaml`)) expect(schemaFaults(object)).toEqual([]);
});

test('of Knative, a misspelt key is refused, wherever it stands', () => {
  const key = 'autoscaling.knative.dev/min-scales';
  const metadata = { name: 'x', annotations: { [key]: '1' } };
  const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'x' } };
  const selector = { matchExpressions: [{ key, operator: 'Exists' }] };
  expect(unknownKeys({ ...service, metadata })).toEqual([key]);
  expect(unknownKeys({ ...service, spec: { template: { metadata } } })).toEqual([key]);
  expect(unknownKeys({ ...service, spec: { template: { spec: { selector } } } })).toEqual([key]);
});

test('the schemas are of the versions that are installed', () => {
  for (const module of modules) expect(schemasMadeOf).toContain(module);
});

const maps = ['annotations', 'labels', 'matchLabels', 'data', 'hard', 'requests', 'limits'];

/** Whose keys are the manifest's own; a Service's selector is one, too. */
function isMap({ apiVersion }: KubernetesObject, place: Place): boolean {
  return maps.includes(place.at(-1) ?? '') || (apiVersion === 'v1' && place.join() === 'spec,selector');
}

type Place = readonly string[];

function placesIn(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, each]) => placesIn(each, [...place, key]));
  return Array.isArray(value) ? below : [place, ...below];
}

function withMisspeltField(object: KubernetesObject, place: Place): KubernetesObject {
  const path = [...place, 'misspelt'].map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return patched(object, [{ op: 'add', path, value: 'x' }]);
}
