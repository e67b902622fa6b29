/** A bucket that only its project's owners and who is named for it enter, and from which nothing is gone at once. */
import { StorageBucket, type StorageBucketLifecycleRule } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageBucketIamBinding } from '@cdktf/provider-google/lib/storage-bucket-iam-binding/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { bucketName } from '../names.ts';

/** Two or more regions of Asia: what is in it outlives a region. */
const location = 'ASIA';

const day = 86_400;

/** A new bucket gives these to all Editors, and the readers' to all Viewers of its project. */
const givenByItself = ['legacyBucketOwner', 'legacyBucketReader', 'legacyObjectOwner', 'legacyObjectReader'];

export function privateBucket(
  scope: Construct,
  id: string,
  environment: Environment,
  {
    purpose,
    undoDays,
    lifecycle = [],
  }: {
    purpose: Parameters<typeof bucketName>[1];
    undoDays: number;
    lifecycle?: readonly StorageBucketLifecycleRule[];
  },
): StorageBucket {
  const bucket = new StorageBucket(scope, id, {
    name: bucketName(environment, purpose),
    location,
    uniformBucketLevelAccess: true,
    publicAccessPrevention: 'enforced',
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: undoDays * day },
    lifecycleRule: [
      ...lifecycle,
      { action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: undoDays, withState: 'ARCHIVED' } },
    ],
    forceDestroy: false,
  });
  for (const role of givenByItself)
    new StorageBucketIamBinding(scope, `${id}-${role}`, {
      bucket: bucket.name,
      role: `roles/storage.${role}`,
      members: [`projectOwner:${environment.project.id}`],
    });
  return bucket;
}
