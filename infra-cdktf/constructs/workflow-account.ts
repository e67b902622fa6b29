/** The account of Google's that a workflow of GitHub acts as, in one context only: a branch, or an environment. */
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { githubPrincipal } from '../names.ts';

/** @param context as GitHub's subject has it: `ref:refs/heads/main`, `environment:production` */
export function workflowAccount(
  scope: Construct,
  environment: Environment,
  { accountId, does, context }: { accountId: string; does: string; context: string },
): ServiceAccount {
  const account = new ServiceAccount(scope, accountId, { accountId, displayName: does });
  new ServiceAccountIamMember(scope, `${accountId}-is-github`, {
    serviceAccountId: account.name,
    role: 'roles/iam.workloadIdentityUser',
    member: githubPrincipal(environment, context),
  });
  return account;
}
