/** What must not be lost, and the cache. */
import { FirestoreBackupSchedule } from '@cdktf/provider-google/lib/firestore-backup-schedule/index.js';
import { RedisInstance } from '@cdktf/provider-google/lib/redis-instance/index.js';
import { StorageManagedFolder } from '@cdktf/provider-google/lib/storage-managed-folder/index.js';
import { type App, Fn, type TerraformStack } from 'cdktf';
import { keptDays } from '../../lib/backup/kind.ts';
import { erasuresPrefix } from '../../lib/tasks/erasure-ledger.ts';
import { region, stores } from '../addresses.ts';
import { activityLog, urlOf } from '../constructs/activity-log.ts';
import { databaseLogins } from '../constructs/database-logins.ts';
import { postgresqlInstance } from '../constructs/postgresql-instance.ts';
import { privateBucket } from '../constructs/private-bucket.ts';
import { stackOf } from '../constructs/stack-of.ts';
import { storedValue } from '../constructs/stored-value.ts';
import type { Environment } from '../environments.ts';
import { logins } from '../logins.ts';
import { activityLogName, databaseName, networkPath, scratchName, secretName, system } from '../names.ts';

export function data(app: App, environment: Environment): TerraformStack {
  const stack = stackOf(app, environment, 'data');

  const postgresql = postgresqlInstance(stack, 'postgresql', environment, {
    name: system,
    tier: environment.postgresql.tier,
    availability: environment.postgresql.availability,
    diskGib: environment.postgresql.diskGib,
    connections: environment.postgresql.connections,
    backups: 'daily',
  });
  databaseLogins(stack, 'postgresql', environment, { instance: postgresql, database: databaseName, logins });

  const redis = new RedisInstance(stack, 'redis', {
    name: system,
    region,
    tier: environment.redis.tier,
    memorySizeGb: environment.redis.gib,
    redisVersion: 'REDIS_7_2',
    // What is in it stands elsewhere: the least used goes.
    redisConfigs: { 'maxmemory-policy': 'allkeys-lru' },
    authorizedNetwork: networkPath(environment),
    connectMode: 'PRIVATE_SERVICE_ACCESS',
    reservedIpRange: stores.name,
    authEnabled: true,
    transitEncryptionMode: 'SERVER_AUTHENTICATION',
    maintenancePolicy: { weeklyMaintenanceWindow: [{ day: 'SUNDAY', startTime: { hours: 19, minutes: 0 } }] },
  });
  // The state has it, too: the instance tells it to whoever made it. Its certificates are signed by an authority of its own.
  const authority = Fn.urlencode(redis.serverCaCerts.get(0).cert);
  storedValue(stack, secretName('redis'), {
    seen: `rediss://default:${redis.authString}@${redis.host}:${redis.port}?ca=${authority}`,
  });

  const log = activityLog(stack, 'activity-log', environment, {
    name: activityLogName,
    pointInTimeRecovery: 'ENABLED',
  });
  new FirestoreBackupSchedule(stack, 'activity-log-backups', {
    database: log.name,
    dailyRecurrence: {},
    retention: `${14 * 86_400}s`,
  });
  storedValue(stack, secretName('mongodb'), { seen: urlOf(log) });

  // The drill restores into servers that nobody else uses.
  const scratch = postgresqlInstance(stack, 'scratch-postgresql', environment, {
    name: scratchName,
    tier: 'db-custom-1-3840',
    availability: 'ZONAL',
    diskGib: environment.postgresql.diskGib,
    backups: 'none',
  });
  databaseLogins(stack, 'scratch-postgresql', environment, {
    instance: scratch,
    database: 'postgres',
    logins: [{ secret: 'scratch-postgresql', user: 'drill', madeBy: 'google' }],
  });
  const scratchLog = activityLog(stack, 'scratch-log', environment, {
    name: scratchName,
    pointInTimeRecovery: 'DISABLED',
  });
  storedValue(stack, secretName('scratch-mongodb'), { seen: urlOf(scratchLog) });

  const backups = privateBucket(stack, 'backups', environment, {
    purpose: 'backups',
    undoDays: 30,
    lifecycle: Object.entries(keptDays).map(([kind, age]) => ({
      action: { type: 'Delete' },
      condition: { age, matchesPrefix: [`${kind}/`], withState: 'LIVE' },
    })),
  });
  // So that there are rights on it alone.
  new StorageManagedFolder(stack, 'erasures', { bucket: backups.name, name: erasuresPrefix, forceDestroy: false });

  return stack;
}
