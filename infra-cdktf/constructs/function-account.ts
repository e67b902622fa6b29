/** The account of Google's that a function acts as, and what it may do. */
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { StorageManagedFolderIamMember } from '@cdktf/provider-google/lib/storage-managed-folder-iam-member/index.js';
import type { Construct } from 'constructs';
import { erasuresPrefix } from '../../lib/tasks/erasure-ledger.ts';
import type { Environment } from '../environments.ts';
import type { FunctionRights } from '../function-rights.ts';
import {
  activityLogName,
  bucketName,
  functionAccountId,
  functionNamespace,
  kubernetesMember,
  scratchName,
} from '../names.ts';

export function functionAccount(
  scope: Construct,
  environment: Environment,
  functionName: string,
  { activityLog, scratchLog, backups, erasures }: FunctionRights,
): void {
  const account = new ServiceAccount(scope, functionName, {
    accountId: functionAccountId(functionName),
    displayName: `The function ${functionName}`,
  });
  new ServiceAccountIamMember(scope, `${functionName}-acts-as-it`, {
    serviceAccountId: account.name,
    role: 'roles/iam.workloadIdentityUser',
    member: kubernetesMember(environment, functionNamespace, functionName),
  });

  const onDatabase = (id: string, role: string, database: string) =>
    new ProjectIamMember(scope, `${functionName}-${id}`, {
      project: environment.project.id,
      role,
      member: account.member,
      // The project has other databases.
      condition: {
        title: `the database ${database}`,
        expression: `resource.name == 'projects/${environment.project.id}/databases/${database}'`,
      },
    });
  if (activityLog === 'read') onDatabase('reads-the-log', 'roles/datastore.viewer', activityLogName);
  if (activityLog === 'write') onDatabase('writes-the-log', 'roles/datastore.user', activityLogName);
  if (scratchLog === 'write') onDatabase('writes-the-scratch-log', 'roles/datastore.user', scratchName);

  const onBackups = (id: string, role: string) =>
    new StorageBucketIamMember(scope, `${functionName}-${id}`, {
      bucket: bucketName(environment, 'backups'),
      role,
      member: account.member,
    });
  if (backups !== 'none') onBackups('reads-backups', 'roles/storage.objectViewer');
  if (backups === 'add') onBackups('adds-backups', 'roles/storage.objectCreator');

  const onErasures = (id: string, role: string) =>
    new StorageManagedFolderIamMember(scope, `${functionName}-${id}`, {
      bucket: bucketName(environment, 'backups'),
      managedFolder: erasuresPrefix,
      role,
      member: account.member,
    });
  if (erasures === 'read') onErasures('reads-erasures', 'roles/storage.objectViewer');
  if (erasures === 'add') onErasures('adds-erasures', 'roles/storage.objectCreator');
}
