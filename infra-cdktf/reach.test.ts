/** Who reaches whom: the cluster its stores, the control plane its nodes, a person the cluster, the world the gateway. */
import { expect, test } from 'vitest';
import { pods, redisPort, services, storesRange, vpc } from './addresses.ts';
import { production } from './environments.ts';
import { githubSubject } from './names.ts';
import { ipRange } from './testing/ip-range.ts';
import { type Resource, synthesized, type Values } from './testing/synthesized.ts';

const stacks = await synthesized();
const all = stacks.flatMap(({ resources, environment }) => resources.map(each => ({ ...each, environment })));

function ofType(type: string): readonly (Resource & Pick<(typeof all)[number], 'environment'>)[] {
  const found = all.filter(each => each.type === type);
  expect(found, type).not.toEqual([]);
  return found;
}

const rules = ofType('google_compute_firewall').map(({ values }) => values);

test('what runs on the nodes reaches all that is ours, and HTTPS beyond it', () => {
  const allowed = rules.filter(({ direction, allow }) => direction === 'EGRESS' && allow);
  const ours = [vpc.range, pods.range, services.range, storesRange];
  expect(allowed).toHaveLength(2 * 2);
  for (const { allow, destination_ranges } of allowed)
    expect([
      { allow: [{ protocol: 'all' }], to: ours },
      { allow: [{ protocol: 'tcp', ports: ['443'] }], to: ['0.0.0.0/0'] },
    ]).toContainEqual({ allow, to: destination_ranges });
});

test('the control plane reaches the webhooks: of Knative, of operators, of cert-manager', () => {
  const allowed = rules.filter(({ direction, allow }) => direction === 'INGRESS' && allow);
  expect(allowed).toHaveLength(2);
  for (const { allow, source_ranges, target_tags } of allowed) {
    expect(allow).toEqual([{ protocol: 'tcp', ports: ['8443', '9443', '10250'] }]);
    expect(source_ranges).toEqual([vpc.controlPlane]);
    for (const { values } of ofType('google_container_node_pool'))
      expect(values).toHaveProperty('node_config.tags', expect.arrayContaining(target_tags as string[]));
  }
});

test('the stores have a range that is large enough, in the network of the cluster, by a peering that they know', () => {
  const { first = 0, last = 0 } = ipRange(storesRange) ?? {};
  // A /24 for Cloud SQL, another while a server is replaced, a /29 for Memorystore; a range cannot be made longer.
  expect(last - first + 1).toBeGreaterThanOrEqual(1_024);
  for (const { values } of ofType('google_service_networking_connection'))
    expect(values).toHaveProperty('service', 'servicenetworking.googleapis.com');
  const path = (id: string) => `projects/${id}/global/networks/task-manager`;
  for (const { values, environment } of ofType('google_sql_database_instance'))
    expect(values).toHaveProperty('settings.ip_configuration.private_network', path(environment.project.id));
  for (const { values, environment } of ofType('google_redis_instance'))
    expect(values).toHaveProperty('authorized_network', path(environment.project.id));
  for (const { values, environment } of ofType('google_container_cluster')) {
    const { id } = environment.project;
    const subnetwork = `projects/${id}/regions/asia-southeast2/subnetworks/task-manager`;
    expect(values).toMatchObject({ network: path(id), subnetwork });
  }
});

test('a URL asks for encryption, which is all that its store takes', () => {
  const urls = ofType('google_secret_manager_secret_version').map(
    ({ values }) => `${values.secret_data ?? values.secret_data_wo}`,
  );
  for (const url of urls)
    expect(url).toMatch(/^postgresql:.*\?sslmode=require$|^rediss:.*\?ca=|^mongodb:.*[?&]tls=true(&|$)/);
  expect(urls.filter(url => url.startsWith('rediss:'))).toHaveLength(2);
  expect(redisPort).toBe(6_378);
});

test('Cloud SQL gets another password when the secrets do: by the number of the environment', async () => {
  // Its packages are there since the stacks were made.
  const [{ App }, { data }] = await Promise.all([import('cdktf'), import('./stacks/data.ts')]);
  const turned = { ...production, postgresql: { ...production.postgresql, passwords: 7 } };
  const { resource } = data(new App(), turned).toTerraform();
  const numbers = (type: string, argument: string) =>
    Object.values<Values>(resource[type]).flatMap(values => (argument in values ? [values[argument]] : []));
  expect(numbers('google_sql_user', 'password_wo_version')).toEqual([7, 7]);
  expect(numbers('google_secret_manager_secret_version', 'secret_data_wo_version')).toEqual([7, 7, 7, 7, 7, 7]);
});

test('a pod acts as its own account, never as its node', () => {
  for (const { values } of ofType('google_container_node_pool'))
    expect(values.node_config).toMatchObject({
      workload_metadata_config: { mode: 'GKE_METADATA' },
      metadata: { 'disable-legacy-endpoints': 'true' },
      // Less would take away what roles give.
      oauth_scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    });
});

test('a person reaches the control plane by its name', () => {
  for (const { values } of ofType('google_container_cluster'))
    expect(values).toHaveProperty('control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic', true);
});

test("the world reaches the gateway: by an address of a load balancer's tier, with a certificate that may be issued", () => {
  for (const { values } of ofType('google_compute_address'))
    expect(values).toMatchObject({ address_type: 'EXTERNAL', network_tier: 'PREMIUM' });
  const records = ofType('google_dns_record_set').map(({ values }) => values);
  expect(records.map(({ type }) => type)).toEqual(['CAA', 'A', 'CAA', 'A']);
  for (const { type, rrdatas } of records) if (type === 'CAA') expect(rrdatas).toEqual(['0 issue "letsencrypt.org"']);
});

test('GitHub reaches the project by its own word for who it is', () => {
  for (const { values } of ofType('google_iam_workload_identity_pool_provider')) {
    expect(values).toHaveProperty('oidc.issuer_uri', 'https://token.actions.githubusercontent.com');
    expect(values.attribute_mapping).toEqual({ 'google.subject': githubSubject });
  }
});
