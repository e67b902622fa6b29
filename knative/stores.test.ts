/** The stores of the overlay `local`: where its URLs say, as compose.yaml runs them. */
import { describe, expect, test } from 'vitest';
import { images } from '../compose/images.ts';
import { perRole } from '../lib/stores/roles.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { kustomizationIn, type ObjectOf, objectsIn } from './testing/files.ts';

type Service = ObjectOf<{ readonly selector: object; readonly ports: readonly { readonly port: number }[] }>;
type Deployment = ObjectOf<{
  readonly selector: { readonly matchLabels: object };
  readonly template: {
    readonly metadata: { readonly labels: object };
    readonly spec: { readonly containers: readonly object[]; readonly volumes: readonly { readonly name: string }[] };
  };
}>;

const objects = objectsIn('stores');
function only<Kind extends KubernetesObject>(kind: string, name: string): Kind {
  const found = objects.find((each): each is Kind => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

const urls = new Map(
  kustomizationIn('overlays/local').secretGenerator?.map(({ name, literals = [] }) => [
    name,
    new URL(String(literals[0]).replace(/^url=/, '')),
  ]),
);

/** PostgreSQL has one for each role. */
const secretsOf = {
  postgresql: Object.values(perRole(role => `postgresql-${role}`)),
  redis: ['redis'],
  mongodb: ['mongodb'],
};

describe.for(['postgresql', 'redis', 'mongodb'] as const)('%s', name => {
  const service = only<Service>('Service', name);
  const { spec } = only<Deployment>('Deployment', name);

  test('is where the functions look for it', () => {
    const host = `${name}.${service.metadata.namespace}.svc.cluster.local:${service.spec.ports[0]?.port}`;
    const hosts = secretsOf[name].map(secret => urls.get(secret)?.host);
    expect(new Set(hosts)).toEqual(new Set([host]));
    expect(spec.template.metadata.labels).toEqual(service.spec.selector);
    expect(spec.selector.matchLabels).toEqual(service.spec.selector);
  });

  test('is the server of compose.yaml, and has no more rights than Pod Security restricted', () => {
    expect(spec.template.spec.containers).toEqual([
      expect.objectContaining({
        image: images[name],
        securityContext: expect.objectContaining({ runAsNonRoot: true, readOnlyRootFilesystem: true }),
      }),
    ]);
    expect(spec.template.spec).toHaveProperty(
      'securityContext.runAsUser',
      expect.toSatisfy(uid => uid > 0),
    );
  });

  test('keeps nothing', () => {
    for (const volume of spec.template.spec.volumes) expect(Object.keys(volume).sort()).toEqual(['emptyDir', 'name']);
  });
});
