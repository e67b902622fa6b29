/**
 * What the overlays and the installer take from infra-cdktf/: hosts, buckets, issuers, accounts, the share of the nodes, where
 * the stores are, and whose project it is.
 */
import { stringify } from 'yaml';
import { catalogue } from '../functions/catalogue.ts';
import { type GeneratedFile, generatedNotice, yamlFile } from '../generated-file.ts';
import { redisPort, storesRange } from '../infra-cdktf/addresses.ts';
import { type Environment, environments } from '../infra-cdktf/environments.ts';
import { hasRights } from '../infra-cdktf/function-rights.ts';
import { accountEmail, bucketName, functionAccountId, gatewayAddressName } from '../infra-cdktf/names.ts';
import { settings } from './environment.ts';
import { shared } from './namespace.ts';
import { releaseRights } from './release-rights.ts';
import { resourceQuota, shareOfTheNodes } from './resource-quota.ts';

export function environmentFiles(): GeneratedFile[] {
  return [
    component('google-cloud/stores', {
      // Cloud SQL and Memorystore: the range that is peered with their network (private services access).
      patches: [
        patch('NetworkPolicy', 'reach-(postgresql|redis|scratch)', {
          op: 'replace',
          path: '/spec/egress/0/to',
          value: [{ ipBlock: { cidr: storesRange } }],
        }),
        patch('NetworkPolicy', 'reach-redis', {
          op: 'replace',
          path: '/spec/egress/0/ports',
          value: [{ protocol: 'TCP', port: redisPort }],
        }),
      ],
    }),
    ...environments.map(environment =>
      yamlFile(`knative/overlays/${environment.name}/environment/release-rights.yaml`, ...releaseRights(environment)),
    ),
    ...environments.map(environment =>
      component(`overlays/${environment.name}/environment`, {
        resources: ['release-rights.yaml'],
        configMapGenerator: [{ ...shared(settings), literals: literalsOf(environment) }],
        patches: [
          patch(
            'Gateway',
            'task-manager',
            { op: 'replace', path: '/spec/listeners/1/hostname', value: environment.host },
            { op: 'add', path: '/spec/infrastructure/annotations', value: atAddress(gatewayAddressName(environment)) },
          ),
          patch('ResourceQuota', resourceQuota.metadata.name, {
            op: 'replace',
            path: '/spec/hard',
            value: shareOfTheNodes(environment),
          }),
          ...catalogue.filter(hasRights).map(({ name }) =>
            patch('ServiceAccount', name, {
              op: 'add',
              path: '/metadata/annotations',
              value: { 'iam.gke.io/gcp-service-account': accountEmail(environment, functionAccountId(name)) },
            }),
          ),
        ],
      }),
    ),
    ...environments.map(environment => ({
      path: `knative/install/google-cloud/${environment.name}.sh`,
      contents: `# ${generatedNotice}\n# shellcheck shell=bash disable=SC2034\n${namesOf(environment)}`,
    })),
  ];
}

/** What the installer writes into what Let's Encrypt and Secret Manager are asked by. */
function namesOf({ project, operators }: Environment): string {
  return `project=${project.id}\noperators=${operators}\n`;
}

function literalsOf(environment: Environment): string[] {
  const { tokens } = environment;
  return [
    'AUTH_MODE=oidc',
    `AUTH_ISSUER=${tokens.issuer}`,
    `AUTH_AUDIENCE=${tokens.audience}`,
    `BACKUP_BUCKET=${bucketName(environment, 'backups')}`,
  ];
}

/** By the name of a reserved address, which the host's A record has. */
function atAddress(name: string): Record<string, string> {
  return { 'cloud.google.com/l4-rbs': 'enabled', 'networking.gke.io/load-balancer-ip-addresses': name };
}

/** @param folder in knative/ */
function component(folder: string, content: object): GeneratedFile {
  return yamlFile(`knative/${folder}/kustomization.yaml`, {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    ...content,
  });
}

/** A JSON patch (RFC 6902). */
function patch(kind: string, name: string, ...operations: { op: string; path: string; value: unknown }[]): object {
  return { target: { kind, name }, patch: stringify(operations) };
}
