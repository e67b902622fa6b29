/** The objects of Kubernetes that follow from the catalogue, as files: of a function, all in one. */
import { catalogue } from '../functions/catalogue.ts';
import { type GeneratedFile, yamlFile } from '../generated-file.ts';
import type { Contract } from '../lib/http/contract.ts';
import { jobCronJob } from './cron-job.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { edgeSnippets } from './edge-snippets.ts';
import { eventCronJob } from './event-cron-job.ts';
import { kourierGrant, routesToFunctions } from './http-route.ts';
import { knativeService } from './knative-service.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { nameReferences } from './name-references.ts';
import { namespace } from './namespace.ts';
import { networkPolicies } from './network-policies.ts';
import { resourceQuota } from './resource-quota.ts';
import { serviceAccount } from './service-account.ts';
import { storeManifests } from './stores.ts';

const base: Readonly<Record<string, readonly KubernetesObject[]>> = {
  namespace: [namespace],
  'network-policies': networkPolicies,
  'resource-quota': [resourceQuota],
  ...Object.fromEntries(catalogue.map(contract => [contract.name, objectsOf(contract)])),
};

export function manifests(): GeneratedFile[] {
  const resources = Object.keys(base).map(name => `${name}.yaml`);
  return [
    ...Object.entries(base).map(([name, objects]) => yamlFile(`knative/base/${name}.yaml`, ...objects)),
    yamlFile('knative/base/kustomization.yaml', {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      configurations: ['name-references.yaml'],
      resources,
    }),
    yamlFile('knative/base/name-references.yaml', nameReferences),
    yamlFile('knative/gateway/http-route.yaml', routesToFunctions),
    yamlFile('knative/gateway/reference-grant.yaml', kourierGrant),
    yamlFile('knative/gateway/nginx/snippets.yaml', edgeSnippets),
    ...storeManifests(),
  ];
}

function objectsOf(contract: Contract): KubernetesObject[] {
  const account = serviceAccount(contract.name);
  if (contract.kind === 'job') return [account, jobCronJob(contract)];
  const served = [account, knativeService(contract), disruptionBudget(contract.name)];
  const schedule = contract.kind === 'event' ? contract.schedule : undefined;
  return contract.kind === 'event' && schedule ? [...served, eventCronJob(contract, schedule)] : served;
}
