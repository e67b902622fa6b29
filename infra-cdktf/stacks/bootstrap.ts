/**
 * What has to be there before anything else: applied once, by a person who owns the project. The bucket that holds its
 * own state is made by hand first, and imported.
 */
import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ProjectDefaultServiceAccounts } from '@cdktf/provider-google/lib/project-default-service-accounts/index.js';
import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import type { App, TerraformStack } from 'cdktf';
import { privateBucket } from '../constructs/private-bucket.ts';
import { stackOf } from '../constructs/stack-of.ts';
import { workflowAccount } from '../constructs/workflow-account.ts';
import type { Environment } from '../environments.ts';
import {
  applyAccount,
  clusterRole,
  customRole,
  githubCondition,
  githubPool,
  githubProvider,
  githubSubject,
  planAccount,
} from '../names.ts';

/** Without `.googleapis.com`. */
const googleServices = [
  'artifactregistry',
  'billingbudgets',
  'cloudresourcemanager',
  'compute',
  'container',
  'containerscanning',
  'dns',
  'firestore',
  'iam',
  'iamcredentials',
  'monitoring',
  'redis',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
  'storage',
  'sts',
];

/** What is told of beside changes to resources: reading of what is secret, every object, every token. Else it is too much. */
const audited: Readonly<Record<string, readonly ('DATA_READ' | 'DATA_WRITE')[]>> = {
  storage: ['DATA_READ', 'DATA_WRITE'],
  secretmanager: ['DATA_READ'],
  iam: ['DATA_READ'],
  iamcredentials: ['DATA_READ'],
  sts: ['DATA_READ'],
};

/** What it takes to make the stacks that come after this one. None reads an object in the cluster. */
const applyRoles = [
  'roles/artifactregistry.admin',
  'roles/cloudsql.admin',
  'roles/compute.networkAdmin',
  'roles/compute.securityAdmin',
  'roles/container.clusterAdmin',
  'roles/datastore.owner',
  'roles/dns.admin',
  'roles/iam.roleAdmin',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountUser',
  'roles/monitoring.admin',
  'roles/redis.admin',
  'roles/resourcemanager.projectIamAdmin',
  'roles/secretmanager.admin',
  'roles/servicenetworking.networksAdmin',
  'roles/serviceusage.serviceUsageConsumer',
  'roles/storage.admin',
];

/** It gives away, on the project, what the stacks give away; nothing that makes an owner. */
function onlyGranting(environment: Environment): { title: string; expression: string } {
  const granted = [
    ...['container.defaultNodeServiceAccount', 'datastore.user', 'datastore.viewer', 'dns.reader'].map(
      role => `roles/${role}`,
    ),
    customRole(environment, clusterRole),
  ];
  const list = granted.map(role => `'${role}'`).join(', ');
  return {
    title: 'what the stacks grant',
    expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`,
  };
}

export function bootstrap(app: App, environment: Environment): TerraformStack {
  const stack = stackOf(app, environment, 'bootstrap');

  const dependsOn = googleServices.map(
    name => new ProjectService(stack, name, { service: `${name}.googleapis.com`, disableOnDestroy: false }),
  );

  // Google makes them Editors of the project, and nothing of ours acts as one.
  new ProjectDefaultServiceAccounts(stack, 'default-accounts', {
    project: environment.project.id,
    action: 'DEPRIVILEGE',
    dependsOn,
  });
  for (const [service, logTypes] of Object.entries(audited))
    new ProjectIamAuditConfig(stack, `audit-${service}`, {
      project: environment.project.id,
      service: `${service}.googleapis.com`,
      auditLogConfig: logTypes.map(logType => ({ logType })),
      dependsOn,
    });

  const state = privateBucket(stack, 'terraform-state', environment, { purpose: 'terraform-state', undoDays: 90 });

  const pool = new IamWorkloadIdentityPool(stack, 'github', {
    workloadIdentityPoolId: githubPool,
    displayName: 'GitHub Actions',
    dependsOn,
  });
  new IamWorkloadIdentityPoolProvider(stack, 'github-actions', {
    workloadIdentityPoolId: pool.workloadIdentityPoolId,
    workloadIdentityPoolProviderId: githubProvider,
    attributeMapping: { 'google.subject': githubSubject },
    attributeCondition: githubCondition(environment),
    oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
  });

  // Whoever may push a branch here can read what it reads. GitHub gives a fork's pull request no token.
  const plan = workflowAccount(stack, environment, {
    accountId: planAccount,
    does: 'Plans every stack for a pull request',
    context: 'pull_request',
    dependsOn: [pool],
  });
  const onState = (id: string, role: string, member: string) =>
    new StorageBucketIamMember(stack, id, { bucket: state.name, role, member });
  // All that a plan without a refresh reads.
  onState('state-is-planned', 'roles/storage.objectViewer', plan.member);

  const apply = workflowAccount(stack, environment, {
    accountId: applyAccount,
    does: `Applies the stacks of ${environment.name}`,
    context: `environment:${environment.name}-infra`,
    dependsOn: [pool],
  });
  onState('state-is-written', 'roles/storage.objectUser', apply.member);
  for (const role of applyRoles)
    new ProjectIamMember(stack, `infra-${role.replace('roles/', '').replaceAll('.', '-').toLowerCase()}`, {
      project: environment.project.id,
      role,
      member: apply.member,
      ...(role === 'roles/resourcemanager.projectIamAdmin' && { condition: onlyGranting(environment) }),
    });

  return stack;
}
