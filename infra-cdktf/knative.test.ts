/** What knative/ and the stacks know of each other is the same. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { postgresqlDiskBytes } from '../knative/monitoring/limits.ts';
import { kustomizationsOf, objectsIn, objectsOf } from '../knative/testing/files.ts';
import { checkout } from '../local/checkout.ts';
import { environments } from './environments.ts';
import { type Resource, synthesized } from './testing/synthesized.ts';

const stacks = await synthesized();

function resourcesOf(environment: string, stack: string, type: string): readonly Resource[] {
  const { resources = [] } = stacks.find(each => each.environment.name === environment && each.name === stack) ?? {};
  return resources.filter(each => each.type === type);
}

test('External Secrets reads what Secret Manager has', () => {
  const keys = JSON.stringify(objectsOf('google-cloud/external-secrets.yaml')).matchAll(
    /"remoteRef":\{"key":"([^"]+)"/g,
  );
  const read = [...keys].map(([, key]) => key).sort();
  for (const { name } of environments)
    expect(
      resourcesOf(name, 'data', 'google_secret_manager_secret')
        .map(({ values }) => values.secret_id)
        .sort(),
    ).toEqual(read);
});

test("PostgreSQL has the disk and the connections that alerts and pods' pools count on", () => {
  for (const { name, postgresql } of environments) {
    const servers = resourcesOf(name, 'data', 'google_sql_database_instance');
    expect(servers.map(({ id }) => id)).toEqual(['postgresql', 'scratch-postgresql']);
    for (const { id, values } of servers) {
      expect(values).toHaveProperty('settings.disk_autoresize', true);
      expect(values).toHaveProperty('settings.disk_autoresize_limit', postgresqlDiskBytes / 1024 ** 3);
      const most = { name: 'max_connections', value: String(postgresql.connections) };
      if (id === 'postgresql') expect(values).toHaveProperty('settings.database_flags', expect.arrayContaining([most]));
    }
  }
});

test('a function acts as the account that there is for it', () => {
  const serviceAccounts = objectsIn('base').filter(({ kind }) => kind === 'ServiceAccount');
  const names = serviceAccounts.map(({ metadata }) => metadata.name);
  for (const { name, project } of environments) {
    const patches = kustomizationsOf(`overlays/${name}`).flatMap(each => each.patches ?? []);
    const linked = patches
      .filter(({ target }) => target.kind === 'ServiceAccount')
      .map(({ target, patch }) => [target.name, /iam\.gke\.io\/gcp-service-account: (\S+)/.exec(patch)?.[1]]);
    const accounts = resourcesOf(name, 'delivery', 'google_service_account')
      .filter(({ values }) => String(values.account_id).startsWith('fn-'))
      .map(({ id, values }) => [id, `${values.account_id}@${project.id}.iam.gserviceaccount.com`]);
    expect(Object.fromEntries(linked)).toEqual(Object.fromEntries(accounts));
    for (const [account] of accounts) expect(names).toContain(account);
  }
});

test('who orders certificates asks no name server that the network does not let it reach', () => {
  const [, installed] = /^certificates\(\) \{(.*?)^\}/ms.exec(
    readFileSync(`${checkout}/knative/install/install.sh`, 'utf8'),
  ) ?? [undefined, ''];
  expect(installed).toContain('chart cert-manager');
  for (const { name } of environments) {
    const outside = resourcesOf(name, 'network', 'google_compute_firewall')
      .map(({ values }) => values)
      .filter(({ direction, allow }) => direction === 'EGRESS' && allow)
      .filter(({ destination_ranges }) => (destination_ranges as readonly string[]).includes('0.0.0.0/0'));
    const asks53 = JSON.stringify(outside.map(({ allow }) => allow)).includes('"53"');
    expect(asks53 || installed?.includes('{--dns01-recursive-nameservers-only}')).toBe(true);
  }
});
