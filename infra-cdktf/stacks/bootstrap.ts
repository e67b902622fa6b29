/**
 * What has to be there before anything else: applied once, by a person who owns the project. The bucket that holds its
 * own state is made by hand first, and imported.
 */
import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ProjectDefaultServiceAccounts } from '@cdktf/provider-google/lib/project-default-service-accounts/index.js';
import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config/index.js';
import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { App, TerraformStack } from 'cdktf';
import { privateBucket } from '../constructs/private-bucket.ts';
import { stackOf } from '../constructs/stack-of.ts';
import type { Environment } from '../environments.ts';
import { githubPool } from '../names.ts';

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

  privateBucket(stack, 'terraform-state', environment, { purpose: 'terraform-state', undoDays: 90 });

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

  return stack;
}
