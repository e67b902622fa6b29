/** Rules that neither types nor the provider know: only Google's API refuses what breaks them. */
import { describe, expect, test } from 'vitest';
import { pods, region, services, storesRange, vpc } from './addresses.ts';
import { environments } from './environments.ts';
import { attributesOf } from './testing/attributes-of.ts';
import { contains, ipRange, meet } from './testing/ip-range.ts';
import { type Resource, synthesized, type Values } from './testing/synthesized.ts';

const stacks = await synthesized();
const all = stacks.flatMap(({ resources }) => resources);
const values = all.flatMap(resource =>
  attributesOf(resource).map(each => ({ ...each, place: `${resource.type}.${resource.id} ${each.path}` })),
);

function ofType(type: string): readonly Resource[] {
  const found = all.filter(each => each.type === type);
  expect(found, type).not.toEqual([]);
  return found;
}

/** What stands under a path, through blocks that stand once, as a list or not. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => {
    const block = Array.isArray(found) ? found[0] : found;
    return typeof block === 'object' && block !== null ? (block as Values)[key] : undefined;
  }, value);
}

describe('addresses', () => {
  const range = (cidr: string) => ipRange(cidr) ?? expect.fail(`${cidr} is no range`);

  test('every range is one', () => {
    const ranges = values.filter(({ value }) => /^[\d.]+\/\d+$/.test(String(value)));
    expect(ranges.length).toBeGreaterThan(20);
    for (const { value, place } of ranges) expect([place, ipRange(String(value))]).not.toEqual([place, undefined]);
  });

  test.each(['10.0.0.0/40', '10.0.0.256/32', '10.0.1.0/20', '10.0.0/8', '10.0.0.0'])('%s is none', cidr => {
    expect(ipRange(cidr)).toBeUndefined();
  });

  test("nodes and control plane are in the network's own range", () => {
    expect(vpc.range).toBe('10.0.0.0/20');
    for (const part of [vpc.nodes, vpc.controlPlane]) expect(contains(range(vpc.range), range(part))).toBe(true);
  });

  test('no range meets another', () => {
    const parts = [vpc.nodes, vpc.controlPlane, pods.range, services.range, storesRange];
    for (const [index, one] of parts.entries())
      for (const other of parts.slice(index + 1))
        expect([one, other, meet(range(one), range(other))]).toEqual([one, other, false]);
    for (const outside of [pods.range, services.range, storesRange])
      expect(meet(range(vpc.range), range(outside))).toBe(false);
  });

  test('every node finds a range for its pods, those of an upgrade included', () => {
    const { first, last } = range(pods.range);
    for (const { nodes } of environments) expect((last - first + 1) / 256).toBeGreaterThanOrEqual(2 * nodes.most);
  });

  test('a control plane has 16 addresses', () => {
    expect(vpc.controlPlane).toMatch(/\/28$/);
  });

  test('a firewall rule says to or from where, whom, and at which ports', () => {
    for (const { id, values: rule } of ofType('google_compute_firewall')) {
      const [place, other] =
        rule.direction === 'INGRESS'
          ? ['source_ranges', 'destination_ranges']
          : ['destination_ranges', 'source_ranges'];
      expect([id, rule[place ?? '']]).toEqual([id, expect.arrayContaining([expect.stringContaining('/')])]);
      expect(rule).not.toHaveProperty(other ?? '');
      expect(Number(rule.priority ?? 1_000)).toBeLessThanOrEqual(65_535);
      expect(['tcp', 'all']).toContain(at(rule, 'allow.protocol') ?? at(rule, 'deny.protocol'));
    }
  });

  test('a port is one', () => {
    const ports = values.filter(({ path }) => path.endsWith('.ports')).map(({ value }) => Number(value));
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toSatisfy((number: number) => number >= 1 && number <= 65_535);
  });
});

test('a gateway to the internet that gives ports as they are needed promises nobody the same, and gives powers of two', () => {
  for (const { values: nat } of ofType('google_compute_router_nat')) {
    expect(nat).toMatchObject({ enable_dynamic_port_allocation: true, enable_endpoint_independent_mapping: false });
    const [least, most] = [Number(nat.min_ports_per_vm), Number(nat.max_ports_per_vm)];
    for (const ports of [least, most]) expect(Math.log2(ports) % 1).toBe(0);
    expect(least).toBeGreaterThanOrEqual(32);
    expect(most).toBeGreaterThan(least);
    expect(most).toBeLessThanOrEqual(65_536);
  }
});

test('a bucket keeps what is deleted for 7 to 90 days, or not at all', () => {
  for (const { values: bucket } of ofType('google_storage_bucket')) {
    const days = Number(at(bucket, 'soft_delete_policy.retention_duration_seconds')) / 86_400;
    expect(days).toSatisfy((number: number) => number === 0 || (number >= 7 && number <= 90));
  }
});

describe('places', () => {
  test('all is in one region, what has to outlive it in Asia', () => {
    for (const { value, place } of values.filter(({ path }) => /(^|\.)(region|location|location_id)$/.test(path)))
      expect([region, 'ASIA', 'asia'], place).toContain(value);
    expect(region).toBe('asia-southeast2');
  });
});

describe('names', () => {
  const rules: readonly (readonly [type: string, argument: string, rule: RegExp])[] = [
    ['google_storage_bucket', 'name', /^(?!.*(goog|--))[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/],
    ['google_storage_managed_folder', 'name', /^[\w-]+\/$/],
    ['google_service_account', 'account_id', /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/],
    ['google_secret_manager_secret', 'secret_id', /^[\w-]{1,255}$/],
    ['google_sql_database_instance', 'name', /^[a-z][a-z0-9-]{0,96}[a-z0-9]$/],
    ['google_sql_database', 'name', /^[a-z_][a-z0-9_]{0,62}$/],
    ['google_sql_user', 'name', /^[a-z_][a-z0-9_]{0,62}$/],
    ['google_redis_instance', 'name', /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/],
    ['google_firestore_database', 'name', /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/],
    ['google_container_cluster', 'name', /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/],
    ['google_container_node_pool', 'name', /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/],
    ['google_artifact_registry_repository', 'repository_id', /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/],
    ['google_iam_workload_identity_pool', 'workload_identity_pool_id', /^(?!gcp-)[a-z0-9-]{4,32}$/],
    ['google_iam_workload_identity_pool_provider', 'workload_identity_pool_provider_id', /^(?!gcp-)[a-z0-9-]{4,32}$/],
    ['google_dns_managed_zone', 'dns_name', /^([a-z0-9-]+\.)+$/],
    ['google_dns_record_set', 'name', /^([a-z0-9-]+\.)+$/],
    ['google_compute_network', 'name', /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/],
    ['google_compute_firewall', 'name', /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/],
  ];

  test.each(rules)('of %s', (type, argument, rule) => {
    for (const each of ofType(type)) expect(each.values[argument]).toMatch(rule);
  });

  test('of an environment: its project, its number, its billing account', () => {
    for (const { project, budget, zone, host } of environments) {
      expect(project.id).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
      expect(project.number).toMatch(/^\d{10,14}$/);
      expect(budget.account).toMatch(/^([0-9A-F]{6}-){2}[0-9A-F]{6}$/);
      expect(`.${host}`.endsWith(`.${zone}`)).toBe(true);
    }
  });
});

describe('services of Google', () => {
  /** By how the types of resources begin; the longest counts. */
  const serviceOf: Readonly<Record<string, string>> = {
    artifact_registry: 'artifactregistry',
    billing: 'billingbudgets',
    compute: 'compute',
    container: 'container',
    dns: 'dns',
    firestore: 'firestore',
    iam_workload_identity: 'iam',
    monitoring: 'monitoring',
    project_default: 'iam',
    project_iam: 'cloudresourcemanager',
    project_service: 'serviceusage', // a project has it from its first day
    redis: 'redis',
    secret_manager: 'secretmanager',
    service_account: 'iam',
    service_networking: 'servicenetworking',
    sql: 'sqladmin',
    storage: 'storage',
  };

  test('each that a resource is of is switched on', () => {
    const on = ofType('google_project_service').map(({ values: { service } }) => service);
    for (const { type } of all) {
      const [, service] = Object.entries(serviceOf).find(([start]) => type.startsWith(`google_${start}`)) ?? [];
      expect([type, service]).not.toEqual([type, undefined]);
      if (service !== 'serviceusage') expect(on, type).toContain(`${service}.googleapis.com`);
    }
  });

  test('tokens are changed for others, and images looked through, too', () => {
    const on = ofType('google_project_service').map(({ values: { service } }) => service);
    for (const service of ['sts', 'iamcredentials', 'containerscanning'])
      expect(on).toContain(`${service}.googleapis.com`);
  });
});

describe('Cloud SQL', () => {
  test('has a version and an edition that go together', () => {
    for (const { values: instance } of ofType('google_sql_database_instance')) {
      expect(instance.database_version).toBe('POSTGRES_18');
      // Enterprise Plus, the default from PostgreSQL 16 on, takes no tier of ours.
      expect(at(instance, 'settings.edition')).toBe('ENTERPRISE');
    }
  });

  test('has a tier that can be had', () => {
    for (const { values: instance } of ofType('google_sql_database_instance')) {
      const tier = String(at(instance, 'settings.tier'));
      const [, processors, memory] = (/^db-custom-(\d+)-(\d+)$/.exec(tier) ?? []).map(Number);
      expect(processors === 1 || (processors ?? 1) % 2 === 0, tier).toBe(true);
      expect(processors).toBeLessThanOrEqual(96);
      expect((memory ?? 1) % 256, tier).toBe(0);
      expect(memory).toBeGreaterThanOrEqual(3_840);
      const each = (memory ?? 0) / 1_024 / (processors ?? 1);
      expect(each).toSatisfy((gib: number) => gib >= 0.9 && gib <= 6.5);
    }
  });

  test('has a disk that can be had, and grow', () => {
    for (const { values: instance } of ofType('google_sql_database_instance')) {
      const begins = Number(at(instance, 'settings.disk_size'));
      expect(begins).toBeGreaterThanOrEqual(10);
      expect(Number(at(instance, 'settings.disk_autoresize_limit'))).toBeGreaterThan(begins);
    }
  });

  test('has memory for its connections: half of it would be 10 MiB for each', () => {
    for (const { postgresql } of environments)
      expect(postgresql.connections * 10).toBeLessThanOrEqual(Number(postgresql.tier.split('-').at(-1)) / 2);
  });

  test('has flags that it knows, and shows as much of a query as it can', () => {
    const known = [
      'log_checkpoints',
      'log_connections',
      'log_disconnections',
      'log_lock_waits',
      'log_temp_files',
      'max_connections',
    ];
    for (const instance of ofType('google_sql_database_instance')) {
      const flags = attributesOf(instance).filter(({ path }) => path === 'settings.database_flags.name');
      for (const { value } of flags) expect(known).toContain(value);
      expect(at(instance.values, 'settings.database_flags')).toContainEqual({ name: 'log_lock_waits', value: 'on' });
      const length = Number(at(instance.values, 'settings.insights_config.query_string_length'));
      expect(length).toSatisfy((number: number) => number >= 256 && number <= 4_500);
    }
  });

  test('keeps a standby only of what it keeps logs of', () => {
    for (const { values: instance } of ofType('google_sql_database_instance'))
      if (at(instance, 'settings.availability_type') === 'REGIONAL')
        expect(at(instance, 'settings.backup_configuration.point_in_time_recovery_enabled')).toBe(true);
  });

  test('keeps logs of no more days than it keeps backups', () => {
    for (const { values: instance } of ofType('google_sql_database_instance')) {
      const backups = at(instance, 'settings.backup_configuration');
      if (at(backups, 'enabled') !== true) continue;
      const days = Number(at(backups, 'transaction_log_retention_days'));
      expect(days).toSatisfy((number: number) => number >= 1 && number <= 7);
      expect(Number(at(backups, 'backup_retention_settings.retained_backups'))).toBeGreaterThanOrEqual(days);
      expect(at(backups, 'start_time')).toMatch(/^([01]\d|2[0-3]):00$/);
    }
  });

  test('is maintained on a day and at an hour that there are', () => {
    for (const { values: instance } of ofType('google_sql_database_instance')) {
      expect([1, 2, 3, 4, 5, 6, 7]).toContain(at(instance, 'settings.maintenance_window.day'));
      expect(Number(at(instance, 'settings.maintenance_window.hour'))).toBeLessThan(24);
      expect(['canary', 'stable', 'week5']).toContain(at(instance, 'settings.maintenance_window.update_track'));
    }
  });

  test('encrypts in one of the ways that it knows', () => {
    for (const { values: instance } of ofType('google_sql_database_instance'))
      expect(['ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED']).toContain(
        at(instance, 'settings.ip_configuration.ssl_mode'),
      );
  });
});

describe('Memorystore', () => {
  test('has no replicas for reading at its smallest, and none at all when BASIC', () => {
    for (const { values: redis } of ofType('google_redis_instance')) {
      expect(redis).not.toHaveProperty('replica_count');
      expect(redis).not.toHaveProperty('read_replicas_mode');
    }
  });

  test('has a size, a version and an eviction policy that there are', () => {
    for (const { values: redis } of ofType('google_redis_instance')) {
      expect(Number(redis.memory_size_gb)).toSatisfy((gib: number) => Number.isInteger(gib) && gib >= 1 && gib <= 300);
      expect(['REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2']).toContain(redis.redis_version);
      expect(at(redis, 'redis_configs.maxmemory-policy')).toBe('allkeys-lru');
    }
  });
});

test('Memorystore is maintained at an hour that there is', () => {
  for (const { values: redis } of ofType('google_redis_instance')) {
    const begins = at(redis, 'maintenance_policy.weekly_maintenance_window.start_time');
    expect(Number(at(begins, 'hours'))).toBeLessThan(24);
    expect(Number(at(begins, 'minutes'))).toBeLessThan(60);
  }
});

describe('Firestore', () => {
  test('speaks MongoDB only in its native mode, and in its Enterprise edition', () => {
    for (const { values: database } of ofType('google_firestore_database'))
      expect(database).toMatchObject({ type: 'FIRESTORE_NATIVE', database_edition: 'ENTERPRISE' });
    for (const { values: index } of ofType('google_firestore_index'))
      expect(index).toMatchObject({
        api_scope: 'MONGODB_COMPATIBLE_API',
        query_scope: 'COLLECTION_GROUP',
        density: 'DENSE',
      });
  });

  test('keeps backups for 14 weeks at the most', () => {
    for (const { values: schedule } of ofType('google_firestore_backup_schedule')) {
      const [, seconds] = /^(\d+)s$/.exec(String(schedule.retention)) ?? [];
      expect(Number(seconds)).toSatisfy((number: number) => number > 0 && number <= 14 * 7 * 86_400);
    }
  });
});

describe('GKE', () => {
  test('has no more nodes at least than at most, of all zones together', () => {
    for (const { values: pool } of ofType('google_container_node_pool')) {
      const least = Number(at(pool, 'autoscaling.total_min_node_count'));
      const most = Number(at(pool, 'autoscaling.total_max_node_count'));
      expect(least).toBeGreaterThan(0);
      expect(least).toBeLessThanOrEqual(most);
      expect(at(pool, 'autoscaling')).not.toHaveProperty('min_node_count');
      expect(at(pool, 'autoscaling')).not.toHaveProperty('max_node_count');
    }
  });

  test('has machines of a kind that there is', () => {
    for (const { nodes } of environments)
      expect(nodes.machine).toMatch(/^e2-(standard-(2|4|8|16|32)|highmem-(2|4|8|16))$/);
  });

  test('says who may come to an endpoint that is private: nobody from outside', () => {
    for (const { values: cluster } of ofType('google_container_cluster')) {
      expect(at(cluster, 'private_cluster_config.enable_private_endpoint')).toBe(true);
      expect(cluster.master_authorized_networks_config).toEqual({ gcp_public_cidrs_access_enabled: false });
    }
  });

  test('is upgraded by a node more or a node less', () => {
    for (const { values: pool } of ofType('google_container_node_pool')) {
      const { max_surge: more, max_unavailable: less } = at(pool, 'upgrade_settings') as Record<string, number>;
      expect((more ?? 0) + (less ?? 0)).toSatisfy((nodes: number) => nodes >= 1 && nodes <= 20);
    }
  });

  test('is maintained for four hours at a time or more, and 48 in 32 days', () => {
    for (const { values: cluster } of ofType('google_container_cluster')) {
      const window = at(cluster, 'maintenance_policy.recurring_window');
      const hours =
        (Date.parse(String(at(window, 'end_time'))) - Date.parse(String(at(window, 'start_time')))) / 3_600_000;
      const [, days = ''] =
        /^FREQ=WEEKLY;BYDAY=((?:(?:MO|TU|WE|TH|FR|SA|SU),?)+)$/.exec(String(at(window, 'recurrence'))) ?? [];
      expect(hours).toBeGreaterThanOrEqual(4);
      expect(hours * days.split(',').length * 4).toBeGreaterThanOrEqual(48);
    }
  });
});

test('Artifact Registry keeps images', () => {
  for (const { values: repository } of ofType('google_artifact_registry_repository'))
    expect(repository).toMatchObject({ format: 'DOCKER', location: region });
});

describe('Cloud Monitoring', () => {
  /** What a figure is of, by which label of metric or resource one of them is named, and which way it is bad. */
  const figures: Readonly<Record<string, readonly [resource: string, label: string, bad: 'GT' | 'LT']>> = {
    'monitoring.googleapis.com/uptime_check/check_passed': ['uptime_url', 'metric.labels.check_id', 'GT'], // of places away
    'monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires': [
      'uptime_url',
      'metric.labels.check_id',
      'LT',
    ],
    'cloudsql.googleapis.com/database/up': ['cloudsql_database', 'resource.labels.database_id', 'LT'],
    'cloudsql.googleapis.com/database/disk/utilization': ['cloudsql_database', 'resource.labels.database_id', 'GT'],
  };

  test('has the figures that alerts ask for', () => {
    for (const { id, values: policy } of ofType('google_monitoring_alert_policy')) {
      const filter = String(at(policy, 'conditions.condition_threshold.filter'));
      const terms = filter.split(' AND ').map(term => /^([\w.]+) = "(.+)"$/.exec(term)?.slice(1) ?? [term]);
      const asked = Object.fromEntries(terms);
      const [resource, label = '', bad] = figures[asked['metric.type']] ?? [];
      expect([id, asked]).toEqual([
        id,
        { 'metric.type': asked['metric.type'], 'resource.type': resource, [label]: expect.stringMatching(/./) },
      ]);
      expect([id, at(policy, 'conditions.condition_threshold.comparison')]).toEqual([id, `COMPARISON_${bad}`]);
    }
  });

  test('counts places that found it away only of what is yes or no', () => {
    for (const { values: policy } of ofType('google_monitoring_alert_policy')) {
      const threshold = at(policy, 'conditions.condition_threshold');
      const counts = String(at(threshold, 'aggregations.cross_series_reducer')).startsWith('REDUCE_COUNT_');
      expect(counts).toBe(String(at(threshold, 'filter')).includes('/check_passed"'));
    }
  });

  test('is told of a host as it wants it, and asks as often as it can', () => {
    for (const { values: check } of ofType('google_monitoring_uptime_check_config')) {
      expect(at(check, 'monitored_resource.type')).toBe('uptime_url');
      expect(Object.keys(at(check, 'monitored_resource.labels') as object).sort()).toEqual(['host', 'project_id']);
      expect(check.http_check).toMatchObject({ path: '/health', port: 443, use_ssl: true, validate_ssl: true });
      expect(['60s', '300s', '600s', '900s']).toContain(check.period);
      expect(Number.parseInt(String(check.timeout), 10)).toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60);
    }
  });

  test('tells people by a channel that knows where they are', () => {
    for (const { values: channel } of ofType('google_monitoring_notification_channel'))
      expect(channel).toMatchObject({
        type: 'email',
        labels: { email_address: expect.stringMatching(/^\S+@\S+\.\S+$/) },
      });
    for (const { values: policy } of ofType('google_monitoring_alert_policy'))
      expect(policy.notification_channels).toEqual([`\${google_monitoring_notification_channel.operators.name}`]);
  });
});

test('a budget is of a project by its number, and told of parts of it', () => {
  for (const { values: budget } of ofType('google_billing_budget')) {
    expect(at(budget, 'budget_filter.projects')).toEqual([expect.stringMatching(/^projects\/\d+$/)]);
    for (const { threshold_percent: part } of budget.threshold_rules as { threshold_percent: number }[])
      expect(part).toSatisfy((number: number) => number > 0 && number <= 2);
  }
});

test('an alert looks back by whole minutes', () => {
  for (const { values: policy } of ofType('google_monitoring_alert_policy'))
    for (const path of ['duration', 'aggregations.alignment_period']) {
      const seconds = Number(/^(\d+)s$/.exec(String(at(policy, `conditions.condition_threshold.${path}`)))?.[1]);
      expect(seconds % 60).toBe(0);
      expect(seconds).toBeGreaterThan(0);
    }
});
