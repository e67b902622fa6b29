/** The overlays as kustomize renders them: every patch meets what it is for. */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../functions/catalogue.ts';
import { perRole } from '../../lib/stores/roles.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { isServing } from '../scale.ts';
import { overlays } from '../testing/files.ts';
import { rendered } from '../testing/kustomize.ts';
import { needsOf } from '../testing/needs-of.ts';
import { overlayObjects } from '../testing/overlay-objects.ts';
import { schemaFaults } from '../testing/schemas/schema-faults.ts';

describe.for(overlays)('%s', overlay => {
  test('has each function, and what it refers to', async () => {
    const objects = await rendered(`overlays/${overlay}`);
    const services = objects.filter(({ apiVersion }) => apiVersion === 'serving.knative.dev/v1');
    expect(namesOf(services)).toEqual(namesOf(catalogue.filter(isServing).map(metadata => ({ metadata }))));
    const secrets = objects.filter(({ kind }) => kind === 'Secret' || kind === 'ExternalSecret');
    expect(namesOf(secrets)).toEqual(needsOf(objects).secrets);
  });

  test('names its settings by what is in them, wherever they are read', async () => {
    const objects = await rendered(`overlays/${overlay}`);
    const [settings, ...others] = namesOf(objects.filter(({ kind }) => kind === 'ConfigMap'));
    expect([settings, others]).toEqual([expect.stringMatching(/^settings-\w{10}$/), []]);
    expect(needsOf(objects).configMaps).toEqual([settings]);
  });

  test('leaves no store at the address of nobody', async () => {
    expect(JSON.stringify(await rendered(`overlays/${overlay}`))).not.toContain('192.0.2.');
  });

  test('is reached by HTTPS only, unless it is local', async () => {
    const objects = await rendered(`overlays/${overlay}`);
    const section = overlay === 'local' ? 'http' : 'https';
    expect(only(objects, 'HTTPRoute', 'functions')).toHaveProperty('spec.parentRefs.0.sectionName', section);
    expect(namesOf(objects.filter(({ kind }) => kind === 'HTTPRoute'))).toEqual(
      overlay === 'local' ? ['functions'] : ['functions', 'to-https'],
    );
    if (overlay !== 'local')
      expect(only(objects, 'Gateway', 'task-manager')).toHaveProperty('spec.listeners.1', {
        name: 'https',
        port: 443,
        protocol: 'HTTPS',
        hostname: expect.stringMatching(/^api\./),
        allowedRoutes: {
          namespaces: {
            from: 'Selector',
            selector: { matchLabels: { 'kubernetes.io/metadata.name': 'task-manager' } },
          },
        },
        tls: { mode: 'Terminate', certificateRefs: [{ name: 'gateway-certificate' }] },
      });
  });
});

describe.for([...overlays, 'kind'])('%s', overlay => {
  test('has objects that are of their kinds', async () => {
    for (const object of await rendered(`overlays/${overlay}`))
      expect([object.kind, object.metadata.name, schemaFaults(object)]).toEqual([
        object.kind,
        object.metadata.name,
        [],
      ]);
  });

  test('is what the tests that have no kustomize take it for', async () => {
    const [byKustomize, taken] = [await rendered(`overlays/${overlay}`), overlayObjects(`overlays/${overlay}`)];
    expect(comparable(byKustomize)).toEqual(comparable(taken));
  });
});

test('staging is small, and has no second relay', async () => {
  const objects = await rendered('overlays/staging');
  for (const { metadata, spec } of objects.filter(({ apiVersion }) => apiVersion === 'serving.knative.dev/v1')) {
    const most = ['get-task', 'list-tasks'].includes(metadata.name) ? '2' : '1';
    expect([metadata.name, spec]).toEqual([
      metadata.name,
      expect.objectContaining({
        template: expect.objectContaining({
          metadata: expect.objectContaining({
            annotations: expect.objectContaining({ 'autoscaling.knative.dev/max-scale': most }),
          }),
        }),
      }),
    ]);
  }
});

/** In one order; without the digests in the names of what kustomize generates, and without what is in that. */
function comparable(objects: readonly KubernetesObject[]): unknown[] {
  const text = JSON.stringify(objects.map(({ data, type, ...object }) => object));
  const databases = Object.values(perRole(role => `postgresql-${role}`));
  const generated = ['settings', ...databases, 'redis', 'mongodb', 'scratch-postgresql', 'scratch-mongodb'];
  const digest = new RegExp(`"(${generated.join('|')})-[a-z0-9]{10}"`, 'g');
  const all: KubernetesObject[] = JSON.parse(text.replace(digest, '"$1"'));
  const keyOf = ({ kind, metadata: { namespace, ...metadata } }: KubernetesObject) => `${kind} ${metadata.name}`;
  // Of one kind and name there may be one in each namespace.
  return all
    .toSorted((first, second) => ((first.metadata.namespace ?? '') < (second.metadata.namespace ?? '') ? -1 : 1))
    .map(object =>
      ['ConfigMap', 'Secret'].includes(object.kind) ? { key: keyOf(object) } : { key: keyOf(object), object },
    )
    .sort((first, second) => (first.key < second.key ? -1 : 1));
}

function only(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject | undefined {
  return objects.find(each => each.kind === kind && each.metadata.name === name);
}

function namesOf(objects: readonly { readonly metadata: { readonly name: string } }[]): string[] {
  return objects.map(({ metadata }) => metadata.name).sort();
}
