/** A server of Cloud SQL for PostgreSQL, reached from the network only. */
import { SqlDatabaseInstance } from '@cdktf/provider-google/lib/sql-database-instance/index.js';
import type { Construct } from 'constructs';
import { region, stores } from '../addresses.ts';
import { type Environment, postgresqlDiskLimitGib } from '../environments.ts';
import { networkPath } from '../names.ts';
import { labelsOf } from './stack-of.ts';

export interface PostgresqlInstance {
  readonly name: string;
  readonly tier: Environment['postgresql']['tier'];
  readonly availability: Environment['postgresql']['availability'];
  readonly diskGib: number;
  /** As many as Cloud SQL thinks fit, where it does not matter. */
  readonly connections?: number;
  /** `none` for what can be made again from elsewhere. */
  readonly backups: 'daily' | 'none';
}

/** Settings that do not fit the default; what a statement was about is not logged. */
const flags = {
  log_checkpoints: 'on',
  log_connections: 'on',
  log_disconnections: 'on',
  log_lock_waits: 'on',
  log_temp_files: '0',
};

export function postgresqlInstance(
  scope: Construct,
  id: string,
  environment: Environment,
  { name, tier, availability, diskGib, connections, backups }: PostgresqlInstance,
): SqlDatabaseInstance {
  const protectedFromDeletion = environment.protection === 'on';
  const backedUp = backups === 'daily';
  return new SqlDatabaseInstance(scope, id, {
    name,
    region,
    databaseVersion: 'POSTGRES_18',
    deletionProtection: protectedFromDeletion,
    settings: {
      edition: 'ENTERPRISE',
      tier,
      availabilityType: availability,
      diskType: 'PD_SSD',
      diskSize: diskGib,
      diskAutoresize: true,
      diskAutoresizeLimit: postgresqlDiskLimitGib,
      deletionProtectionEnabled: protectedFromDeletion,
      retainBackupsOnDelete: protectedFromDeletion && backedUp,
      ipConfiguration: {
        ipv4Enabled: false,
        privateNetwork: networkPath(environment),
        allocatedIpRange: stores.name,
        sslMode: 'ENCRYPTED_ONLY',
      },
      backupConfiguration: {
        enabled: backedUp,
        // In Jakarta it is night.
        ...(backedUp && {
          startTime: '19:00',
          location: 'asia',
          pointInTimeRecoveryEnabled: true,
          transactionLogRetentionDays: 7,
          backupRetentionSettings: { retainedBackups: 14, retentionUnit: 'COUNT' },
        }),
      },
      maintenanceWindow: { day: 7, hour: 18, updateTrack: 'stable' },
      insightsConfig: {
        queryInsightsEnabled: true,
        queryStringLength: 1_024,
        recordApplicationTags: true,
        recordClientAddress: false,
      },
      databaseFlags: Object.entries({
        ...flags,
        ...(connections !== undefined && { max_connections: String(connections) }),
      }).map(([flag, value]) => ({ name: flag, value })),
      userLabels: labelsOf(environment),
    },
    // It grows by itself, and a plan that had the size it began with would make another server in its place.
    lifecycle: { ignoreChanges: ['settings[0].disk_size'] },
  });
}
