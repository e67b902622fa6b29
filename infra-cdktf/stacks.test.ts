/** What holds for every stack of every environment. */
import { expect, test } from 'vitest';
import { environments } from './environments.ts';
import { attributesOf } from './testing/attributes-of.ts';
import { bindingOf } from './testing/bindings.ts';
import { cycleIn, referencesOf } from './testing/references.ts';
import { synthesized } from './testing/synthesized.ts';

const stacks = await synthesized();
const all = stacks.flatMap(stack =>
  stack.resources.map(resource => ({
    resource,
    environment: stack.environment,
    name: `${stack.environment.name}-${stack.name} ${resource.type}.${resource.id}`,
  })),
);

test('each environment has each stack', () => {
  for (const environment of environments)
    expect(stacks.filter(stack => stack.environment === environment).map(({ name }) => name)).toEqual([
      'bootstrap',
      'data',
      'delivery',
      'network',
      'platform',
    ]);
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
