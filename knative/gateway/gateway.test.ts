/** What the Gateway, its routes and the settings of its pods say of each other. */
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { gateway } from '../namespace.ts';
import { type ObjectOf, overlays } from '../testing/files.ts';
import { overlayObjects } from '../testing/overlay-objects.ts';

type Gateway = ObjectOf<{
  readonly listeners: readonly { readonly name: string }[];
  readonly infrastructure?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly parametersRef: { readonly kind: string; readonly name: string };
  };
}>;
type Route = ObjectOf<{ readonly parentRefs: readonly { readonly sectionName: string }[] }>;

const ofKind = <Kind extends KubernetesObject>(objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((each): each is Kind => each.kind === kind);

describe.for([...overlays, 'kind'])('%s', overlay => {
  const objects = overlayObjects(`overlays/${overlay}`);
  const [found] = ofKind<Gateway>(objects, 'Gateway');

  test('each route is of a listener that is there, and that takes routes of our namespace', () => {
    expect(found?.metadata).toMatchObject(gateway);
    const takes = { namespaces: { from: 'Selector', selector: { matchLabels: namespaceOf('task-manager') } } };
    for (const listener of found?.spec.listeners ?? []) expect(listener).toMatchObject({ allowedRoutes: takes });
    const names = found?.spec.listeners.map(({ name }) => name);
    for (const { metadata, spec } of ofKind<Route>(objects, 'HTTPRoute')) {
      expect(metadata.namespace).toBe('task-manager');
      for (const parent of spec.parentRefs) {
        expect(parent).toMatchObject(gateway);
        expect(names).toContain(parent.sectionName);
      }
    }
  });

  const { infrastructure } = found?.spec ?? {};

  test('what is for the gateway is where the Gateway is, and is for it', () => {
    const named = `${infrastructure?.parametersRef.kind} ${infrastructure?.parametersRef.name}`;
    const settings = objects.filter(({ apiVersion }) => apiVersion.startsWith('gateway.nginx.org/'));
    expect(settings.map(({ metadata }) => metadata.namespace)).toEqual(settings.map(() => gateway.namespace));
    const targets = settings.flatMap(
      ({ spec }) => JSON.stringify(spec).match(/"kind":"Gateway","name":"[\w-]+"/g) ?? [],
    );
    const names = settings.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect([names.sort(), targets]).toEqual(
      overlay === 'local'
        ? [[], []]
        : [
            ['ClientSettingsPolicy edge', named, 'SnippetsPolicy edge'],
            Array(2).fill(`"kind":"Gateway","name":"${gateway.name}"`),
          ],
    );
  });

  test('what selects its pods selects a label that they get', () => {
    const there = objects.filter(({ metadata }) => metadata.namespace === gateway.namespace);
    const selectors = JSON.stringify(there).match(/"matchLabels":\{"app[^}]+\}/g) ?? [];
    for (const selector of selectors) expect(selector).toBe(`"matchLabels":${JSON.stringify(infrastructure?.labels)}`);
    expect(selectors).toHaveLength(overlay === 'local' ? 0 : 3);
  });
});

function namespaceOf(name: string): object {
  return { 'kubernetes.io/metadata.name': name };
}
