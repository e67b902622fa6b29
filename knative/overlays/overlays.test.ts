/** What knative/base refers to is there in every overlay. */
import { describe, expect, test } from 'vitest';
import {
  kustomizationIn,
  kustomizationsOf,
  type NetworkPolicy,
  objectsIn,
  objectsOf,
  overlays,
} from '../testing/files.ts';
import { needsOf } from '../testing/needs-of.ts';

const base = objectsIn('base');
const { secrets, settings } = needsOf(base);
const nobody = '192.0.2.0/32';
const placeless = base
  .filter((each): each is NetworkPolicy => each.kind === 'NetworkPolicy' && JSON.stringify(each).includes(nobody))
  .map(({ metadata }) => metadata.name);

describe.for(overlays)('%s', overlay => {
  const kustomizations = kustomizationsOf(`overlays/${overlay}`);
  const onGoogleCloud = kustomizationIn(`overlays/${overlay}`).components?.includes('../../google-cloud') ?? false;
  const configMapGenerator = kustomizations.flatMap(each => each.configMapGenerator ?? []);
  const secretGenerator = kustomizations.flatMap(each => each.secretGenerator ?? []);
  const patches = kustomizations.flatMap(each => each.patches ?? []);

  test('has every secret', () => {
    const external = onGoogleCloud ? objectsOf('google-cloud/external-secrets.yaml') : [];
    const defined = [...secretGenerator.map(({ name }) => name), ...external.map(({ metadata }) => metadata.name)];
    expect(defined.sort()).toEqual(secrets);
  });

  test('has every setting that is needed, and none that nobody reads', () => {
    const given = configMapGenerator.find(({ name }) => name === 'settings')?.literals ?? [];
    const names = given.map(literal => literal.slice(0, literal.indexOf('=')));
    expect(names).toEqual(expect.arrayContaining([...settings.needed]));
    for (const name of names) expect([...settings.needed, ...settings.optional]).toContain(name);
  });

  test('asks for a token unless it is local', () => {
    const given = configMapGenerator.flatMap(({ literals }) => literals);
    expect(given).toContain(overlay === 'local' ? 'AUTH_MODE=disabled' : 'AUTH_MODE=oidc');
    expect(given.some(literal => literal.startsWith('AUTH_ISSUER=https://'))).toBe(overlay !== 'local');
  });

  test('says where each store is', () => {
    expect(placeless.length).toBeGreaterThan(0);
    const targets = patches.filter(({ target }) => target.kind === 'NetworkPolicy');
    for (const name of placeless)
      expect([name, targets.some(({ target }) => new RegExp(`^(${target.name})$`).test(name))]).toEqual([name, true]);
  });
});
