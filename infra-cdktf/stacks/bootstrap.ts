/**
 * What has to be there before anything else: applied once, by a person who owns the project. The bucket that holds its
 * own state is made by hand first, and imported.
 */
import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import type { App, TerraformStack } from 'cdktf';
import { privateBucket } from '../constructs/private-bucket.ts';
import { stackOf } from '../constructs/stack-of.ts';
import { workflowAccount } from '../constructs/workflow-account.ts';
import type { Environment } from '../environments.ts';
import { applyAccount, bucketName, clusterRole, customRole, githubPool, planAccount } from '../names.ts';

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

  const state = privateBucket(stack, 'terraform-state', {
    name: bucketName(environment, 'terraform-state'),
    undoDays: 90,
  });

  const pool = new IamWorkloadIdentityPool(stack, 'github', {
    workloadIdentityPoolId: githubPool,
    displayName: 'GitHub Actions',
    dependsOn,
  });
  new IamWorkloadIdentityPoolProvider(stack, 'github-actions', {
    workloadIdentityPoolId: pool.workloadIdentityPoolId,
    workloadIdentityPoolProviderId: 'actions',
    attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
    // All of GitHub has this issuer.
    attributeCondition: `assertion.repository == '${environment.repository}'`,
    oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
  });

  // Whoever may push a branch here can read what it reads. GitHub gives a fork's pull request no token.
  const plan = workflowAccount(stack, environment, {
    accountId: planAccount,
    does: 'Plans every stack for a pull request',
    context: 'pull_request',
  });
  const onState = (id: string, role: string, member: string) =>
    new StorageBucketIamMember(stack, id, { bucket: state.name, role, member });
  // All that a plan without a refresh reads.
  onState('state-is-planned', 'roles/storage.objectViewer', plan.member);

  const apply = workflowAccount(stack, environment, {
    accountId: applyAccount,
    does: `Applies the stacks of ${environment.name}`,
    context: `environment:${environment.name}-infra`,
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
