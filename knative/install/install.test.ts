/** What the installer would do, told by stand-ins for kubectl and helm: nothing else can be asked without a cluster. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environments } from '../../infra-cdktf/environments.ts';
import { runProgram } from '../../local/run-program.ts';
import { versions } from './versions.ts';

const told = `#!/bin/sh
echo "$(basename "$0") $*" >> "$TOLD"
case "$*" in
  *"version -o json"*) printf '{\\n "serverVersion": {\\n "major": "1",\\n "minor": "%s"\\n }\\n}' "$MINOR" ;;
  *"apply"*"-f -") cat >> "$TOLD" ;;
  "config current-context") echo current ;;
esac
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'install-'));
  for (const name of ['kubectl', 'helm']) {
    writeFileSync(path.join(folder, name), told);
    chmodSync(path.join(folder, name), 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function install(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  const log = path.join(folder, 'told');
  writeFileSync(log, '');
  const surroundings = { PATH: `${folder}:${process.env.PATH}`, TOLD: log, MINOR: '34', ...env };
  const outcome = await runProgram('bash', [path.join(import.meta.dirname, 'install.sh'), ...args], {
    env: surroundings,
  });
  return { ...outcome, told: readFileSync(log, 'utf8') };
}

test('locally: Gateway API, Knative with our settings, the gateway; nothing else', async () => {
  const { ok, told } = await install(['local', 'kind-kind']);
  expect(ok).toBe(true);
  const applied = told.match(/(?<= -[fk] )\S+/g);
  expect(applied).toEqual([
    expect.stringContaining(`/gateway-api/releases/download/v${versions.gatewayApi}/`),
    expect.stringContaining(`/serving/releases/download/knative-v${versions.knativeServing}/serving-crds.yaml`),
    'knative-serving',
    expect.stringContaining(`/nginx-gateway-fabric/v${versions.nginxGatewayFabric}/`),
  ]);
  expect(told.match(/(?<=helm upgrade --install )\S+/g)).toEqual(['ngf']);
});

test('Kourier has one pod locally, and two elsewhere', async () => {
  const onePod = /knative-serving\n.*patch hpa 3scale-kourier-gateway .*"minReplicas":1/;
  expect((await install(['local'])).told).toMatch(onePod);
  expect((await install(['production'])).told).not.toContain('minReplicas');
});

test('each command is for the context that was named', async () => {
  const { told } = await install(['production', 'mine']);
  const commands = told.split('\n').filter(line => /^(kubectl|helm) /.test(line));
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) expect(command).toMatch(/--(kube-)?context mine/);
});

test.each(environments)(
  '$name has each chart at its version, and what it reads',
  async ({ name, project, operators }) => {
    const { ok, told } = await install([name]);
    expect(ok).toBe(true);
    expect(told.match(/(?<=helm upgrade --install ).*?--version \S+/g)).toEqual([
      expect.stringMatching(`^kube-prometheus-stack .*--version ${versions.kubePrometheusStack}$`),
      expect.stringMatching(`^cert-manager .*--version v${versions.certManager}$`),
      expect.stringMatching(`^external-secrets .*--version ${versions.externalSecrets}$`),
      expect.stringMatching(`^ngf .*--version ${versions.nginxGatewayFabric}$`),
    ]);
    expect(told).toMatch(new RegExp(`cloudDNS: \\{ project: ${project.id} \\}`));
    expect(told).toMatch(new RegExp(`gcpsm: \\{ projectID: ${project.id} \\}`));
    expect(told).toMatch(new RegExp(`email: ${operators}$`, 'm'));
    expect(told).not.toMatch(/PROJECT|EMAIL/);
  },
);

test.each([
  ['nothing', [], {}, 'local, staging or production'],
  ['an environment that there is not', ['prod'], {}, 'local, staging or production'],
  ['an old cluster', ['local'], { MINOR: '33' }, 'Kubernetes 1.33 is older than 1.34'],
] as const)('%s is refused before anything is changed', async (_, args, env, reason) => {
  const { ok, output, told } = await install(args, env);
  expect([ok, output]).toEqual([false, expect.stringContaining(reason)]);
  expect(told).not.toMatch(/apply|upgrade/);
});

test('the page on monitoring names the version that is installed', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/operations/monitoring.md'), 'utf8');
  expect(page.match(/(?<=--version )\S+/g)).toEqual([versions.kubePrometheusStack]);
});
