/** The account of Google's that a workflow of GitHub acts as, in one context only: a branch, or an environment. */
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { githubPrincipal, type WorkflowContext } from '../names.ts';

/** @param dependsOn the pool of GitHub's workflows, where the same stack makes it */
export function workflowAccount(
  scope: Construct,
  environment: Environment,
  {
    accountId,
    does,
    context,
    dependsOn,
  }: { accountId: string; does: string; context: WorkflowContext; dependsOn?: ITerraformDependable[] },
): ServiceAccount {
  const account = new ServiceAccount(scope, accountId, {
    accountId,
    displayName: does,
    ...(dependsOn && { dependsOn }),
  });
  new ServiceAccountIamMember(scope, `${accountId}-is-github`, {
    serviceAccountId: account.name,
    role: 'roles/iam.workloadIdentityUser',
    member: githubPrincipal(environment, context),
    ...(dependsOn && { dependsOn }),
  });
  return account;
}
