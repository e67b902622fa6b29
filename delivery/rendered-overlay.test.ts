/** Every object of an overlay is in the part that a deploy applies it with. */

import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { catalogue } from '../functions/catalogue.ts';
import { overlayObjects } from '../knative/testing/overlay-objects.ts';
import { partsOf } from './rendered-overlay.ts';

const partsIn = (overlay: string) =>
  partsOf(
    overlayObjects(`overlays/${overlay}`)
      .map(object => stringify(withNamespace(object), { version: '1.1' }))
      .join('---\n'),
  );

/** Which kustomize gives to what it generates. */
function withNamespace<Object extends { kind: string; metadata: { name: string; namespace?: string } }>(
  object: Object,
): Object {
  const isGenerated = object.kind === 'ConfigMap' && object.metadata.name === 'settings';
  return isGenerated ? { ...object, metadata: { ...object.metadata, namespace: 'task-manager' } } : object;
}

test.for(['local', 'staging', 'production'])('%s', overlay => {
  const { functions, settings, routes, ground } = partsIn(overlay);
  expect([...functions.keys()].toSorted()).toEqual(catalogue.map(({ name }) => name).toSorted());
  for (const objects of functions.values())
    for (const { kind } of objects)
      expect(['ServiceAccount', 'Service', 'PodDisruptionBudget', 'CronJob']).toContain(kind);
  expect(settings.map(({ metadata }) => metadata.name)).toContain('settings');
  expect(new Set(routes.map(({ kind }) => kind))).toEqual(new Set(['HTTPRoute']));
  const laid = new Set(ground.map(({ kind }) => kind));
  for (const kind of ['Namespace', 'NetworkPolicy', 'ResourceQuota', 'Gateway']) expect(laid).toContain(kind);
  expect(laid).not.toContain('CronJob');
});

test('a function gets its image whatever the overlay calls it, in its Service or its CronJob, and no other one does', () => {
  const digest = (of: string) => `registry.example/task-manager/${of}@sha256:${'1'.repeat(64)}`;
  const committed = overlayObjects('overlays/production').map(object =>
    JSON.parse(
      JSON.stringify(object).replaceAll(/dev\.local\/task-manager\/([\w-]+)(:\w+)?/g, (_, name) => digest(name)),
    ),
  );
  const rendered = committed.map(object => stringify(object, { version: '1.1' })).join('---\n');
  const released = new Map(['get-task', 'migrate', 'clean-up'].map(name => [name, `released/${name}@sha256:2`]));
  for (const [name, objects] of partsOf(rendered, released).functions) {
    const images = new Set(JSON.stringify(objects).match(/(?<="image":")[^"]+/g));
    expect([name, [...images]]).toEqual([name, [released.get(name) ?? digest(name)]]);
  }
});
