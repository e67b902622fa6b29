/** Who may do what, what is seen from outside, and what cannot be deleted by mistake. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { hasRights } from './function-rights.ts';
import { attributesOf } from './testing/attributes-of.ts';
import { type Resource, synthesized } from './testing/synthesized.ts';

const stacks = await synthesized();
const all = stacks.flatMap(stack => stack.resources.map(resource => ({ stack, resource, ...stack })));

function ofType(type: string): readonly Resource[] {
  const found = all.filter(({ resource }) => resource.type === type);
  expect(found, type).not.toEqual([]);
  return found.map(({ resource }) => resource);
}

const grants = all
  .map(({ resource, environment }) => ({ ...resource, environment }))
  .filter(({ type }) => type.includes('_iam_'));

/** Each looked up in Google's list of roles. A new one is added here on purpose. */
const knownRoles = [
  'roles/artifactregistry.reader',
  'roles/artifactregistry.writer',
  'roles/container.defaultNodeServiceAccount',
  'roles/container.developer',
  'roles/datastore.user',
  'roles/datastore.viewer',
  'roles/dns.admin',
  'roles/dns.reader',
  'roles/iam.workloadIdentityUser',
  'roles/secretmanager.secretAccessor',
  'roles/storage.objectCreator',
  'roles/storage.objectViewer',
];

test('a role is one that there is, and that does one thing', () => {
  const roles = attributesIn('role');
  expect(roles.length).toBeGreaterThan(20);
  expect([...new Set(roles)].sort()).toEqual(knownRoles);
});

test('a right is added, and takes no right of others away', () => {
  for (const { type } of grants) expect(type).toMatch(/_iam_member$|^google_iam_workload_identity_pool/);
});

test('a right has one named holder', () => {
  for (const member of attributesIn('member')) {
    expect(member).not.toMatch(/^all|\*|^domain:|^principalSet:/);
    expect(member).toMatch(
      /^principal:\/\/iam\.googleapis\.com\/projects\/\d+\/|^serviceAccount:[\w.-]+\[task-manager\/[\w-]+\]$|^serviceAccount:task-manager-nodes@|^\$\{google_service_account\.[\w-]+\.member\}$/,
    );
  }
});

test('no right but those that name no single thing is on the whole project', () => {
  const whole = grants.filter(({ type }) => type === 'google_project_iam_member');
  for (const { values, id } of whole) {
    if (String(values.role).startsWith('roles/datastore.'))
      expect([id, values.condition]).toEqual([
        id,
        expect.objectContaining({
          expression: expect.stringMatching(/^resource\.name == 'projects\/[\w-]+\/databases\/[\w-]+'$/),
        }),
      ]);
    else expect(['nodes-run', 'release-is-applied', 'zones-are-read']).toContain(id);
  }
});

test('what is built once is pulled by the nodes of every environment from where it lies, and from nowhere else', () => {
  const readers = grants
    .filter(({ values }) => values.role === 'roles/artifactregistry.reader')
    .map(({ environment, values }) => [environment.name, values.member])
    .sort();
  const own = `\${google_service_account.nodes.member}`;
  expect(readers).toEqual([
    ['production', own],
    ['production', 'serviceAccount:task-manager-nodes@task-manager-staging.iam.gserviceaccount.com'],
    ['staging', own],
  ]);
});

test('nobody has a key', () => {
  expect(all.filter(({ resource: { type } }) => /_key$|_hmac_/.test(type))).toEqual([]);
});

test.each(catalogue)('$name acts as an account that has what its contract needs, and no more', contract => {
  const { name, stores, kind } = contract;
  const mine = grants.filter(({ values, environment }) => {
    const account = `\${google_service_account.${name}.member}`;
    return environment.name === 'production' && values.member === account;
  });
  const needs: readonly string[] = kind === 'job' ? (contract.needs ?? []) : [];
  const databases = mine.map(({ values }) => /databases\/([\w-]+)/.exec(JSON.stringify(values))?.[1]).filter(Boolean);
  expect(databases).toEqual([
    ...(stores.some(store => store === 'mongodb') ? ['task-manager'] : []),
    ...(needs.includes('scratch-stores') ? ['task-manager-scratch'] : []),
  ]);
  const onBackups = mine.filter(({ values }) => values.bucket === 'task-manager-production-backups');
  expect(onBackups.length > 0).toBe(needs.includes('backups'));
  expect(mine).toHaveLength(databases.length + onBackups.length);
  // Who answers GET changes nothing.
  if (kind === 'http') expect(mine.map(({ values }) => values.role)).not.toContain('roles/datastore.user');
  const acting = grants.filter(
    ({ id, environment }) => environment.name === 'production' && id === `${name}-acts-as-it`,
  );
  expect(acting.map(({ values }) => values.member)).toEqual(
    hasRights(contract) ? [`serviceAccount:task-manager-production.svc.id.goog[task-manager/${name}]`] : [],
  );
});

test('only those who back up or erase add to the backups, and nobody changes or removes one', () => {
  const adding = grants
    .filter(({ values }) => values.role === 'roles/storage.objectCreator')
    .map(({ values }) => values.member);
  expect([...new Set(adding)].sort()).toEqual(
    ['back-up', 'erase-tenant'].map(name => `\${google_service_account.${name}.member}`),
  );
});

test('every secret is read by External Secrets, and by nobody else', () => {
  for (const { environment, resources } of stacks.filter(({ name }) => name === 'delivery')) {
    const { resources: stored = [] } =
      stacks.find(each => each.environment === environment && each.name === 'data') ?? {};
    const secrets = stored
      .filter(({ type }) => type === 'google_secret_manager_secret')
      .map(({ values }) => values.secret_id);
    const readers = resources.filter(({ type }) => type === 'google_secret_manager_secret_iam_member');
    expect(readers.map(({ values }) => values.secret_id).sort()).toEqual(secrets.sort());
    for (const { values } of readers)
      expect(values.member).toMatch(/\/subject\/ns\/external-secrets\/sa\/external-secrets$/);
  }
});

test('a workflow acts from one branch or environment of one repository', () => {
  const workflows = grants.filter(({ values }) => String(values.member).includes('/workloadIdentityPools/github/'));
  expect(workflows).toHaveLength(2 * 2);
  for (const { values } of workflows)
    expect(values.member).toMatch(
      /\/subject\/repo:[\w-]+\/[\w-]+:(ref:refs\/heads\/main|environment:(staging|production))$/,
    );
  for (const { values } of ofType('google_iam_workload_identity_pool_provider'))
    expect(values.attribute_condition).toMatch(/^assertion\.repository == '[\w-]+\/[\w-]+'$/);
});

test('no password is in the state', () => {
  for (const { resource } of all)
    for (const { path, value } of attributesOf(resource)) {
      expect(path).not.toMatch(/(^|\.)(password|root_password|auth_token|service_key)$/);
      if (String(value).includes('local.')) expect(path).toMatch(/_wo$/);
    }
  for (const { values } of ofType('google_sql_user')) expect(values).toHaveProperty('password_wo_version');
});

test('the gateway alone has a public address', () => {
  for (const { values } of ofType('google_sql_database_instance')) {
    expect(values).toHaveProperty('settings.ip_configuration.ipv4_enabled', false);
    expect(values).not.toHaveProperty('settings.ip_configuration.authorized_networks');
  }
  for (const { values } of ofType('google_storage_bucket'))
    expect(values).toMatchObject({ public_access_prevention: 'enforced', uniform_bucket_level_access: true });
  for (const { values } of ofType('google_container_cluster')) {
    expect(values.private_cluster_config).toMatchObject({ enable_private_nodes: true, enable_private_endpoint: true });
    expect(values).not.toHaveProperty('master_authorized_networks_config.cidr_blocks');
  }
  for (const { values } of ofType('google_redis_instance'))
    expect(values).toMatchObject({
      connect_mode: 'PRIVATE_SERVICE_ACCESS',
      auth_enabled: true,
      transit_encryption_mode: 'SERVER_AUTHENTICATION',
    });
  const addresses = ofType('google_compute_address').filter(({ values }) => values.address_type !== 'INTERNAL');
  expect(addresses.map(({ id }) => id)).toEqual(['gateway', 'gateway']);
});

test('the network denies what no rule allows, both ways', () => {
  const rules = ofType('google_compute_firewall').map(({ values }) => values);
  for (const direction of ['INGRESS', 'EGRESS']) {
    const denied = rules.filter(rule => rule.direction === direction && rule.deny);
    expect(denied).toHaveLength(2);
    for (const rule of denied) expect(rule).toMatchObject({ priority: 65_534, deny: [{ protocol: 'all' }] });
  }
  for (const rule of rules.filter(({ direction, allow }) => direction === 'INGRESS' && allow))
    expect(rule.source_ranges).not.toContain('0.0.0.0/0');
});

test('production keeps what holds data', () => {
  const kept = stacks
    .filter(({ environment }) => environment.name === 'production')
    .flatMap(({ resources }) => resources)
    .map(({ type, values }) => ({ type, values }));
  const ofKind = (type: string) => kept.filter(each => each.type === type).map(({ values }) => values);
  for (const instance of ofKind('google_sql_database_instance')) {
    expect(instance).toHaveProperty('deletion_protection', true);
    expect(instance).toHaveProperty('settings.deletion_protection_enabled', true);
  }
  expect(ofKind('google_container_cluster')).toEqual([expect.objectContaining({ deletion_protection: true })]);
  for (const database of ofKind('google_firestore_database'))
    expect(database).toMatchObject({ delete_protection_state: 'DELETE_PROTECTION_ENABLED' });
  for (const { values } of kept) expect(values.force_destroy ?? false).toBe(false);
});

test('production survives a zone, and an hour that has to be undone', () => {
  const { resources = [] } =
    stacks.find(({ environment, name }) => environment.name === 'production' && name === 'data') ?? {};
  const valuesOf = (type: string, id: string) => resources.find(each => each.type === type && each.id === id)?.values;
  expect(valuesOf('google_sql_database_instance', 'postgresql')).toMatchObject({
    settings: {
      availability_type: 'REGIONAL',
      backup_configuration: { enabled: true, point_in_time_recovery_enabled: true },
    },
  });
  expect(valuesOf('google_redis_instance', 'redis')).toMatchObject({ tier: 'STANDARD_HA', memory_size_gb: 1 });
  expect(valuesOf('google_firestore_database', 'activity-log')).toMatchObject({
    point_in_time_recovery_enablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
  });
  expect(valuesOf('google_storage_bucket', 'backups')).toMatchObject({
    versioning: { enabled: true },
    soft_delete_policy: { retention_duration_seconds: 30 * 86_400 },
  });
});

test('a backup goes when its kind has aged, and nothing else does', () => {
  for (const { values } of ofType('google_storage_bucket').filter(({ id }) => id === 'backups'))
    expect(values.lifecycle_rule).toEqual([
      { action: { type: 'Delete' }, condition: { age: 14, matches_prefix: ['daily/'], with_state: 'LIVE' } },
      { action: { type: 'Delete' }, condition: { age: 70, matches_prefix: ['weekly/'], with_state: 'LIVE' } },
      { action: { type: 'Delete' }, condition: { age: 400, matches_prefix: ['monthly/'], with_state: 'LIVE' } },
      { action: { type: 'Delete' }, condition: { days_since_noncurrent_time: 30, with_state: 'ARCHIVED' } },
    ]);
});

function attributesIn(argument: string): string[] {
  return grants.flatMap(({ values }) => (argument in values ? [String(values[argument])] : []));
}
