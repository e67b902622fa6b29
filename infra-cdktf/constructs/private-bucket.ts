/** A bucket that nobody outside its project reads, and from which nothing is gone at once. */
import { StorageBucket, type StorageBucketLifecycleRule } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import type { Construct } from 'constructs';

/** Two or more regions of Asia: what is in it outlives a region. */
const location = 'ASIA';

const day = 86_400;

export function privateBucket(
  scope: Construct,
  id: string,
  {
    name,
    undoDays,
    lifecycle = [],
  }: { name: string; undoDays: number; lifecycle?: readonly StorageBucketLifecycleRule[] },
): StorageBucket {
  return new StorageBucket(scope, id, {
    name,
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
}
