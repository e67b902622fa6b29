/**
 * What has to be there before anything else: applied once, by a person who owns the project. The bucket that holds its
 * own state is made by hand first, and imported.
 */
import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { App, TerraformStack } from 'cdktf';
import { privateBucket } from '../constructs/private-bucket.ts';
import { stackOf } from '../constructs/stack-of.ts';
import type { Environment } from '../environments.ts';
import { bucketName, githubPool, githubProvider } from '../names.ts';

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

export function bootstrap(app: App, environment: Environment): TerraformStack {
  const stack = stackOf(app, environment, 'bootstrap');

  const dependsOn = googleServices.map(
    name => new ProjectService(stack, name, { service: `${name}.googleapis.com`, disableOnDestroy: false }),
  );

  privateBucket(stack, 'terraform-state', { name: bucketName(environment, 'terraform-state'), undoDays: 90 });

  const pool = new IamWorkloadIdentityPool(stack, 'github', {
    workloadIdentityPoolId: githubPool,
    displayName: 'GitHub Actions',
    dependsOn,
  });
  new IamWorkloadIdentityPoolProvider(stack, 'github-actions', {
    workloadIdentityPoolId: pool.workloadIdentityPoolId,
    workloadIdentityPoolProviderId: githubProvider,
    attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
    // All of GitHub has this issuer.
    attributeCondition: `assertion.repository == '${environment.repository}'`,
    oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
  });

  return stack;
}
