/** What holds for every stack of every environment. */
import { expect, test } from 'vitest';
import { region } from './addresses.ts';
import { environments } from './environments.ts';
import { stackNames } from './names.ts';
import { attributesOf } from './testing/attributes-of.ts';
import { bindingOf } from './testing/bindings.ts';
import { cycleIn, referencesOf } from './testing/references.ts';
import { type Resource, synthesized } from './testing/synthesized.ts';

const stacks = await synthesized();
const all = stacks.flatMap(stack =>
  stack.resources.map(resource => ({
    resource,
    environment: stack.environment,
    name: `${stack.environment.name}-${stack.name} ${resource.type}.${resource.id}`,
  })),
);

/** As a person deploys them. */

test('each environment has each stack', () => {
  for (const environment of environments)
    expect(stacks.filter(stack => stack.environment === environment).map(({ name }) => name)).toEqual(
      stackNames.toSorted(),
    );
});

test('nothing is asked of Google, or of another stack, to make a plan', () => {
  const blocks = ['//', 'locals', 'provider', 'resource', 'terraform'];
  for (const { json } of stacks) for (const block of Object.keys(json)) expect(blocks).toContain(block);
});

test('the state of each is in the bucket of its project, under its name', () => {
  for (const { json, name, environment } of stacks)
    expect(json).toHaveProperty('terraform.backend', {
      gcs: { bucket: `${environment.project.id}-terraform-state`, prefix: name },
    });
});

/** Images are built once: the nodes of the other environments pull them from the one where they lie. */
const pulling = 'nodes-of-staging-pull';

test('the environments differ in the values of environments.ts, and have the same things', () => {
  const things = environments.map(({ name }) =>
    all.filter(({ environment }) => environment.name === name).map(each => each.name.slice(name.length)),
  );
  for (const each of things) expect(each.filter(id => !id.endsWith(pulling))).toEqual(things[0]);
});

test('no environment knows another one, but for whose nodes pull its images', () => {
  // One host may end with the other.
  const withoutPulling = (key: string, value: unknown) => (key === pulling ? undefined : value);
  for (const { json, environment } of stacks)
    for (const other of environments.filter(each => each !== environment))
      for (const foreign of [other.project.id, other.project.number, other.host])
        expect(JSON.stringify(json, withoutPulling)).not.toContain(foreign);
});

test('what is named by its path is in the project, and in the region', () => {
  let found = 0;
  for (const { resource, environment, name } of all)
    for (const { path, value } of attributesOf(resource)) {
      const { id, number } = environment.project;
      const projects = [...String(value).matchAll(/\bprojects\/([^/']+)/g)].map(([, project]) => project);
      if (path === 'project' || path.endsWith('.project_id')) projects.push(String(value));
      for (const project of projects) expect([id, number], `${name} ${path}`).toContain(project);
      for (const [, place] of String(value).matchAll(/\bregions\/([^/]+)/g)) expect(place).toBe(region);
      found += projects.length;
    }
  expect(found).toBeGreaterThan(50);
});

test('what is referred to is in the same stack, and tells what is asked of it', () => {
  let found = 0;
  for (const { json, resources } of stacks) {
    const locals = Object.keys(json.locals ?? {}).map(name => `local.${name}`);
    const there = new Map(resources.map(({ type, id }) => [`${type}.${id}`, bindingOf(type).attributes]));
    for (const { to, attribute } of resources.flatMap(referencesOf)) {
      expect([...there.keys(), ...locals]).toContain(to);
      if (attribute !== undefined) expect([...(there.get(to) ?? [])]).toContain(attribute);
      found++;
    }
  }
  expect(found).toBeGreaterThan(100);
});

/** What is known by a name that another stack gives, by the argument that has the name, and who makes it. */
const knownByName: readonly (readonly [argument: RegExp, type: string, path: string])[] = [
  [/(^|[._])network$/, 'google_compute_network', 'name'],
  [/^subnetwork$/, 'google_compute_subnetwork', 'name'],
  [/_secondary_range_name$/, 'google_compute_subnetwork', 'secondary_ip_range.range_name'],
  [/(allocated|reserved)_ip_range$/, 'google_compute_global_address', 'name'],
  [/^managed_zone$/, 'google_dns_managed_zone', 'name'],
  [/^repository$/, 'google_artifact_registry_repository', 'repository_id'],
  [/^bucket$/, 'google_storage_bucket', 'name'],
  [/^secret_id$/, 'google_secret_manager_secret', 'secret_id'],
];

/** The same, in the middle of a text. */
const knownInText: readonly (readonly [text: RegExp, type: string, path: string])[] = [
  [/\/databases\/([\w-]+)/g, 'google_firestore_database', 'name'],
  [/database_id = "[\w-]+:([\w-]+)"/g, 'google_sql_database_instance', 'name'],
  [/\/workloadIdentityPools\/([\w-]+)\//g, 'google_iam_workload_identity_pool', 'workload_identity_pool_id'],
  [/\b([\w-]+\.svc\.id\.goog)\b/g, 'google_container_cluster', 'workload_identity_config.workload_pool'],
];

test.for([...knownByName, ...knownInText])(
  '%s is what an earlier stack has made, or this one before: a %s',
  ([pattern, type, path]) => {
    let found = 0;
    for (const { name: user, environment, resources } of stacks) {
      const earlier = stacks.filter(each => each.environment === environment && isEarlier(each.name, user));
      const made = earlier.flatMap(stack => namesIn(stack.resources, type, path));
      for (const resource of resources.filter(each => each.type !== type))
        for (const { path: argument, value } of attributesOf(resource))
          for (const expected of namesExpected(pattern, argument, String(value))) {
            const waitedFor = resources.filter(each => dependencies(resource).includes(`${each.type}.${each.id}`));
            const there = [...made, ...namesIn(waitedFor, type, path)];
            expect(there, `${user} ${resource.type}.${resource.id} ${argument}`).toContain(expected);
            found++;
          }
    }
    expect(found).toBeGreaterThan(0);
  },
);

test('nothing waits for itself', () => {
  for (const stack of stacks) expect(cycleIn(stack)).toBeUndefined();
});

test('a value is one of those that the provider lists', () => {
  const seen = new Set<string>();
  for (const { resource, name } of all) {
    const { possibleValues } = bindingOf(resource.type);
    for (const { path, value } of attributesOf(resource)) {
      const possible = possibleValues.get(path);
      if (possible === undefined) continue;
      expect(possible, `${name} ${path}`).toContain(value);
      seen.add(`${resource.type}.${path}`);
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'google_compute_router_nat.log_config.filter',
      'google_container_cluster.logging_config.enable_components',
      'google_container_cluster.release_channel.channel',
      'google_firestore_index.fields.order',
      'google_monitoring_alert_policy.conditions.condition_threshold.aggregations.per_series_aligner',
      'google_redis_instance.tier',
    ]),
  );
});

/** Where labels stand that the provider's own do not reach. */
const otherLabels = ['user_labels', 'settings.user_labels', 'resource_labels', 'node_config.resource_labels'];

test('whatever takes labels says of which system and environment it is, and who manages it', () => {
  for (const { json, environment } of stacks)
    expect(json).toHaveProperty('provider.google.0.default_labels', labelsOf(environment.name));
  const labelled = new Set<string>();
  for (const { resource, name, environment } of all) {
    const { arguments: known, attributes } = bindingOf(resource.type);
    // A channel's labels say where it leads.
    if (known.has('labels') && resource.type !== 'google_monitoring_notification_channel') {
      expect([name, attributes.has('terraform_labels')]).toEqual([name, true]);
      labelled.add(`${resource.type}.labels`);
    }
    for (const path of otherLabels.filter(each => known.has(each))) {
      expect(resource.values, name).toHaveProperty(path, labelsOf(environment.name));
      labelled.add(`${resource.type}.${path}`);
    }
  }
  expect([...labelled].sort()).toEqual(
    expect.arrayContaining([
      'google_container_cluster.resource_labels',
      'google_container_node_pool.node_config.resource_labels',
      'google_monitoring_alert_policy.user_labels',
      'google_secret_manager_secret.labels',
      'google_sql_database_instance.settings.user_labels',
      'google_storage_bucket.labels',
    ]),
  );
});

function labelsOf(environment: string): Record<string, string> {
  return { system: 'task-manager', environment, 'managed-by': 'cdktf' };
}

function isEarlier(maker: string, user: string): boolean {
  const order: readonly string[] = stackNames;
  return order.indexOf(maker) < order.indexOf(user);
}

function dependencies({ values }: Resource): readonly unknown[] {
  return Array.isArray(values.depends_on) ? values.depends_on : [];
}

function namesIn(resources: readonly Resource[], type: string, path: string): unknown[] {
  const makers = resources.filter(each => each.type === type);
  return makers.flatMap(attributesOf).flatMap(each => (each.path === path ? [each.value] : []));
}

/** A reference is to something of the same stack. */
function namesExpected(pattern: RegExp, argument: string, value: string): string[] {
  if (value.startsWith('${')) return [];
  if (pattern.global) return [...value.matchAll(pattern)].map(([, name = '']) => name);
  return pattern.test(argument) ? [value.split('/').at(-1) ?? ''] : [];
}
