/** A real API server judges the account that releases: what a deploy does it may do, and it reads no Secret. Roles are put there for the while. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { staging } from '../infra-cdktf/environments.ts';
import { accountEmail, releaseAccount } from '../infra-cdktf/names.ts';
import { releaseRights } from '../knative/release-rights.ts';
import { rendered } from '../knative/testing/kustomize.ts';
import { runProgram } from '../local/run-program.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import { partsOf } from './rendered-overlay.ts';

const folder = throwAwayFolder();
const account = `--as=${accountEmail(staging, releaseAccount)}`;
const rights = releaseRights(staging);
const missing: string[] = [];

beforeAll(async () => {
  for (const namespace of new Set(rights.flatMap(({ metadata }) => metadata.namespace ?? [])))
    if ((await runProgram('kubectl', ['create', 'namespace', namespace])).ok) missing.push(namespace);
  const { ok, output } = await runProgram('kubectl', ['apply', '--filename', written('rights', rights)]);
  expect(ok ? '' : output).toBe('');
});
afterAll(async () => {
  await runProgram('kubectl', ['delete', '--filename', written('rights', rights)]);
  if (missing.length > 0) await runProgram('kubectl', ['delete', 'namespace', ...missing]);
});

function written(name: string, objects: readonly object[]): string {
  const file = `${folder}/${name}.yaml`;
  writeFileSync(file, objects.map(object => stringify(object, { version: '1.1' })).join('---\n'));
  return file;
}

test.for([
  ...['get', 'create', 'patch', 'list', 'watch'].map(verb => ['yes', verb, 'services.serving.knative.dev']),
  ...['create', 'delete', 'watch'].map(verb => ['yes', verb, 'jobs.batch']),
  ...['get', 'update'].map(verb => ['yes', verb, 'leases.coordination.k8s.io/deploy']),
  ['yes', 'create', 'leases.coordination.k8s.io'],
  ['yes', 'get', 'pods/log'],
  ['no', 'update', 'leases.coordination.k8s.io/other'],
  ...['get', 'list', 'create'].map(verb => ['no', verb, 'secrets']),
  ...['pods/exec', 'pods', 'rolebindings.rbac.authorization.k8s.io', 'serviceaccounts/token'].map(it => [
    'no',
    'create',
    it,
  ]),
  ['no', 'patch', 'networkpolicies.networking.k8s.io'],
  ['no', 'delete', 'services.serving.knative.dev'],
] as const)('%s: %s %s', async ([answer = '', verb = '', resource = '']) => {
  const [name = '', of] = resource.split('/');
  const asked =
    name === 'pods' || name === 'serviceaccounts' ? [name, ...(of ? [`--subresource=${of}`] : [])] : [resource];
  const { output } = await runProgram('kubectl', [
    'auth',
    'can-i',
    verb,
    ...asked,
    account,
    '--namespace=task-manager',
  ]);
  expect(output.trim().split('\n').at(-1)).toBe(answer);
});

test('elsewhere it may reach Prometheus, and look at nothing', async () => {
  const can = async (...args: string[]) => {
    const { output } = await runProgram('kubectl', ['auth', 'can-i', ...args, account]);
    return output.trim().split('\n').at(-1);
  };
  const prometheus = 'pods/prometheus-kube-prometheus-stack-prometheus-0';
  expect(await can('create', prometheus, '--subresource=portforward', '--namespace=monitoring')).toBe('yes');
  expect(await can('create', 'pods/other', '--subresource=portforward', '--namespace=monitoring')).toBe('no');
  expect(await can('get', 'secrets', '--namespace=monitoring')).toBe('no');
  expect(await can('list', 'secrets', '--all-namespaces')).toBe('no');
  expect(await can('get', 'secrets', '--namespace=kube-system')).toBe('no');
});

test('every object of a release it may compare, and so apply', async () => {
  const objects = await rendered('overlays/staging');
  const { functions, settings, routes } = partsOf(
    objects.map(object => stringify(object, { version: '1.1' })).join('---\n'),
  );
  const file = written('release', [...settings, ...[...functions.values()].flat(), ...routes]);
  const { ok, output } = await runProgram('kubectl', ['apply', '--dry-run=server', '--filename', file, account]);
  expect(ok ? '' : output).toBe('');
  expect(output.trim().split('\n').length).toBeGreaterThan(50);
});
