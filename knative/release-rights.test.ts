/** The account that releases may do what a deploy does, and can neither read a Secret nor give itself more. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { partsOf } from '../delivery/rendered-overlay.ts';
import { environments } from '../infra-cdktf/environments.ts';
import { releaseRights } from './release-rights.ts';
import { overlayObjects } from './testing/overlay-objects.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

test.for(environments)('in $name, what a release applies it may apply', environment => {
  const rules = rulesOf(environment);
  const may = (verb: string, group: string, resource: string) =>
    rules.some(
      rule => rule.verbs.includes(verb) && rule.apiGroups.includes(group) && rule.resources.includes(resource),
    );
  const rendered = overlayObjects(`overlays/${environment.name}`).map(object => stringify(object, { version: '1.1' }));
  const { functions, routes } = partsOf(rendered.join('---\n'));
  const applied = [...[...functions.values()].flat(), ...routes];
  expect(applied.length).toBeGreaterThan(30);
  for (const { apiVersion, kind } of applied) {
    const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
    for (const verb of ['get', 'create', 'patch'])
      expect([kind, may(verb, group, `${kind.toLowerCase()}s`)]).toEqual([kind, true]);
  }
});

test('it reads no secret, enters no pod, grants nothing, and changes no network', () => {
  const rules = environments.flatMap(rulesOf);
  const resources = new Set(rules.flatMap(rule => rule.resources));
  for (const none of [
    'secrets',
    'pods/exec',
    'pods/attach',
    'serviceaccounts/token',
    'roles',
    'rolebindings',
    'networkpolicies',
    'externalsecrets',
    'namespaces',
  ])
    expect(resources).not.toContain(none);
  expect(JSON.stringify(rules)).not.toContain('*');
  expect(rules.flatMap(({ verbs }) => verbs)).not.toContain('impersonate');
});

function rulesOf(environment: (typeof environments)[number]): readonly Rule[] {
  return releaseRights(environment).flatMap(({ rules }) => (Array.isArray(rules) ? rules : []));
}
