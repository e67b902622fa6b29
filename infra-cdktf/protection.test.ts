/** Who may do what, what is seen from outside, and what cannot be deleted by mistake. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { hasRights } from './function-rights.ts';
import { githubSubject } from './names.ts';
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
  .filter(({ type }) => type.includes('_iam_') && !/_audit_config$|_custom_role$/.test(type));

/** Each looked up in Google's list of roles. A new one is added here on purpose. */
const knownRoles = [
  'roles/artifactregistry.admin',
  'roles/artifactregistry.reader',
  'roles/artifactregistry.writer',
  'roles/cloudsql.admin',
  'roles/compute.networkAdmin',
  'roles/compute.securityAdmin',
  'roles/container.clusterAdmin',
  'roles/container.defaultNodeServiceAccount',
  'roles/datastore.owner',
  'roles/datastore.user',
  'roles/datastore.viewer',
  'roles/dns.admin',
  'roles/dns.reader',
  'roles/iam.roleAdmin',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountUser',
  'roles/iam.workloadIdentityUser',
  'roles/monitoring.admin',
  'roles/redis.admin',
  'roles/resourcemanager.projectIamAdmin',
  'roles/secretmanager.admin',
  'roles/secretmanager.secretAccessor',
  'roles/servicenetworking.networksAdmin',
  'roles/serviceusage.serviceUsageConsumer',
  'roles/storage.admin',
  'roles/storage.legacyBucketOwner',
  'roles/storage.legacyBucketReader',
  'roles/storage.legacyObjectOwner',
  'roles/storage.legacyObjectReader',
  'roles/storage.objectCreator',
  'roles/storage.objectUser',
  'roles/storage.objectViewer',
];

test('a role is one that there is, and that does one thing', () => {
  const roles = attributesIn('role');
  expect(roles.length).toBeGreaterThan(20);
  const ours = roles.filter(role => role.startsWith('projects/'));
  expect([...new Set(roles)].filter(role => !ours.includes(role)).sort()).toEqual(knownRoles);
  for (const role of ours)
    expect(role).toMatch(/\/roles\/\$\{google_project_iam_custom_role\.cluster-door\.role_id\}$/);
});

test('a right is added, and takes no right of others away but those that Google gave by itself', () => {
  for (const { type, values } of grants.filter(each => !each.type.startsWith('google_iam_workload_identity_pool')))
    expect(type).toMatch(String(values.role).includes('/storage.legacy') ? /_iam_binding$/ : /_iam_member$/);
});

test('who edits or views the project does not so enter a bucket', () => {
  const given = ['legacyBucketOwner', 'legacyBucketReader', 'legacyObjectOwner', 'legacyObjectReader'];
  const taken = grants.filter(({ type }) => type === 'google_storage_bucket_iam_binding');
  const buckets = all.filter(({ resource }) => resource.type === 'google_storage_bucket');
  expect(buckets).toHaveLength(2 * 2);
  for (const { environment, resource } of buckets) {
    const ofIt = taken.filter(
      ({ environment: its, values }) => its === environment && String(values.bucket).includes(`.${resource.id}.`),
    );
    expect(ofIt.map(({ values }) => values.role).sort()).toEqual(given.map(role => `roles/storage.${role}`));
    for (const { values } of ofIt) expect(values.members).toEqual([`projectOwner:${environment.project.id}`]);
  }
});

test('accounts that Google made Editors by itself are that no longer, after the services that make them', () => {
  for (const { values } of ofType('google_project_default_service_accounts'))
    expect(values).toMatchObject({
      action: 'DEPRIVILEGE',
      depends_on: expect.arrayContaining(['google_project_service.compute']),
    });
});

test('who reads a secret, who touches an object and who asks for a token stands in the logs', () => {
  const told = ofType('google_project_iam_audit_config').flatMap(({ values }) =>
    (values.audit_log_config as readonly { log_type: string }[]).map(({ log_type }) => `${values.service} ${log_type}`),
  );
  expect([...new Set(told)].sort()).toEqual([
    'iam.googleapis.com DATA_READ',
    'iamcredentials.googleapis.com DATA_READ',
    'secretmanager.googleapis.com DATA_READ',
    'storage.googleapis.com DATA_READ',
    'storage.googleapis.com DATA_WRITE',
    'sts.googleapis.com DATA_READ',
  ]);
});

test('a right has one named holder', () => {
  for (const member of attributesIn('member')) {
    expect(member).not.toMatch(/^all|\*|^domain:|^principalSet:/);
    expect(member).toMatch(
      /^principal:\/\/iam\.googleapis\.com\/projects\/\d+\/|^serviceAccount:[\w.-]+\[task-manager\/[\w-]+\]$|^serviceAccount:task-manager-nodes@|^\$\{google_service_account\.[\w-]+\.member\}$/,
    );
  }
});

const accountOf = (id: string) => `\${google_service_account.${id}.member}`;
const applier = accountOf('apply-infra');

test('who releases gets to the cluster, and may ask Google for nothing else', () => {
  const held = grants.filter(({ values }) => values.member === accountOf('release'));
  expect(held.map(({ id }) => id)).toEqual(['cluster-is-reached', 'cluster-is-reached']);
  for (const { values } of ofType('google_project_iam_custom_role'))
    expect(values.permissions).toEqual(['container.clusters.connect', 'container.clusters.get']);
});

test('a plan reads the state, and nothing else', () => {
  const held = grants.filter(({ values }) => values.member === accountOf('plan-infra'));
  expect(held).toHaveLength(2);
  for (const { type, values } of held)
    expect([type, values.role]).toEqual(['google_storage_bucket_iam_member', 'roles/storage.objectViewer']);
});

test('who applies makes no owner: on the project it grants what the stacks grant', () => {
  const admins = grants.filter(({ values }) => values.role === 'roles/resourcemanager.projectIamAdmin');
  expect(admins).toHaveLength(2);
  for (const { values, environment } of admins) {
    const condition = JSON.stringify(values.condition);
    const named = [...condition.matchAll(/(?:roles|projects)\/[\w./-]+/g)].map(([role]) => role);
    const given = grants
      .filter(each => each.environment === environment && each.type === 'google_project_iam_member')
      .filter(each => each.values.member !== applier)
      .map(each => String(each.values.role).replace(/\$\{.*\}/, 'reachCluster'));
    expect(condition).toContain('modifiedGrantsByRole');
    expect(named.toSorted()).toEqual([...new Set(given)].toSorted());
  }
});

test('no right but those that name no single thing is on the whole project', () => {
  const whole = grants.filter(({ type }) => type === 'google_project_iam_member');
  for (const { values, id } of whole.filter(({ values }) => values.member !== applier)) {
    if (String(values.role).startsWith('roles/datastore.'))
      expect([id, values.condition]).toEqual([
        id,
        expect.objectContaining({
          expression: expect.stringMatching(/^resource\.name == 'projects\/[\w-]+\/databases\/[\w-]+'$/),
        }),
      ]);
    else expect(['nodes-run', 'cluster-is-reached', 'zones-are-read']).toContain(id);
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

test('who backs up adds backups, who erases only records it, who rewinds only reads of it; nobody changes or removes one', () => {
  const inBuckets = grants.filter(
    ({ values, environment }) =>
      environment.name === 'production' &&
      /\/storage\.object/.test(String(values.role)) &&
      !String(values.bucket).includes('terraform-state'),
  );
  const rights = inBuckets.map(({ values }) => {
    const [, name] = /^\$\{google_service_account\.([\w-]+)\.member\}$/.exec(String(values.member)) ?? [];
    return [name, String(values.role).replace('roles/storage.object', ''), values.managed_folder ?? 'all'].join(' ');
  });
  expect(rights.sort()).toEqual([
    'back-up Creator all',
    'back-up Viewer all',
    'drill Viewer all',
    'erase-tenant Creator erasures/',
    'restore Viewer all',
    'rewind Viewer erasures/',
  ]);
});

test('what Cloud SQL does not tell any more because it is gone is told', () => {
  for (const { values } of ofType('google_monitoring_alert_policy').filter(({ id }) => id === 'postgresql-down'))
    expect(values.conditions).toEqual([
      expect.objectContaining({
        condition_threshold: expect.objectContaining({ evaluation_missing_data: 'EVALUATION_MISSING_DATA_ACTIVE' }),
      }),
    ]);
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
  expect(workflows).toHaveLength(2 * 4);
  for (const { values } of workflows)
    expect(values.member).toMatch(
      /\/subject\/repo:[\w-]+\/[\w-]+:(ref:refs\/heads\/main|pull_request|environment:(staging|production)(-infra)?)$/,
    );
});

test('GitHub opens the door to one repository by its number: to a pull request as such, and to main', () => {
  for (const { values } of ofType('google_iam_workload_identity_pool_provider'))
    expect(values.attribute_condition).toBe(
      "assertion.repository_id == '100000003' && (assertion.event_name == 'pull_request' || " +
        "(assertion.ref == 'refs/heads/main' && assertion.event_name != 'pull_request_target'))",
    );
  // A pull request that names an environment is a pull request; that is asked first.
  expect(githubSubject).toMatch(
    /\(assertion\.event_name == 'pull_request' \? 'pull_request' : has\(assertion\.environment\)/,
  );
  for (const { values } of ofType('google_service_account_iam_member'))
    expect(Buffer.byteLength(String(values.member).split('/subject/')[1] ?? '')).toBeLessThanOrEqual(127);
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

test('a disk that has grown is no reason to make another server in its place', () => {
  for (const { values } of ofType('google_sql_database_instance'))
    expect(values).toMatchObject({
      settings: { disk_autoresize: true },
      lifecycle: { ignore_changes: ['settings[0].disk_size'] },
    });
});

test('whatever is replaced goes before another one of its name comes, and the newest value of a secret stays until then', () => {
  for (const { resource } of all)
    expect([resource.id, resource.values.lifecycle ?? {}]).toEqual([
      resource.id,
      expect.not.objectContaining({ create_before_destroy: true }),
    ]);
  for (const { values } of ofType('google_secret_manager_secret_version'))
    expect(values).toHaveProperty('deletion_policy', 'ABANDON');
});

test('an image stays what its tag says, and no policy takes what belongs to one', () => {
  for (const { values } of ofType('google_artifact_registry_repository')) {
    // Immutable tags would keep what the policy is to delete.
    expect(values).not.toHaveProperty('docker_config.immutable_tags');
    expect(values).toMatchObject({
      cleanup_policy_dry_run: false,
      cleanup_policies: [
        { action: 'KEEP', most_recent_versions: { keep_count: 100 } },
        { action: 'DELETE', condition: { tag_state: 'ANY', older_than: '15552000s' } },
      ],
    });
  }
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
