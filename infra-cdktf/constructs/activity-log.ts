/** A database of Firestore that speaks MongoDB's protocol, with the indexes that the activity log is read by. */
import { FirestoreDatabase } from '@cdktf/provider-google/lib/firestore-database/index.js';
import { FirestoreIndex } from '@cdktf/provider-google/lib/firestore-index/index.js';
import type { Construct } from 'constructs';
import { activityIndexes } from '../../lib/activities/activity-indexes.ts';
import type { Environment } from '../environments.ts';

export function activityLog(
  scope: Construct,
  id: string,
  { activityLog: { location }, protection }: Environment,
  { name, pointInTimeRecovery }: { name: string; pointInTimeRecovery: 'ENABLED' | 'DISABLED' },
): FirestoreDatabase {
  const database = new FirestoreDatabase(scope, id, {
    name,
    locationId: location,
    type: 'FIRESTORE_NATIVE',
    databaseEdition: 'ENTERPRISE',
    pointInTimeRecoveryEnablement: `POINT_IN_TIME_RECOVERY_${pointInTimeRecovery}`,
    deleteProtectionState: `DELETE_PROTECTION_${protection === 'on' ? 'ENABLED' : 'DISABLED'}`,
    deletionPolicy: protection === 'on' ? 'ABANDON' : 'DELETE',
  });
  for (const fields of activityIndexes)
    new FirestoreIndex(scope, `${id}-by-${Object.keys(fields).join('-').replaceAll('_', '-')}`, {
      database: database.name,
      collection: 'activities',
      apiScope: 'MONGODB_COMPATIBLE_API',
      queryScope: 'COLLECTION_GROUP',
      density: 'DENSE',
      fields: Object.entries(fields).map(([fieldPath, direction]) => ({
        fieldPath,
        order: direction === 1 ? 'ASCENDING' : 'DESCENDING',
      })),
    });
  return database;
}

/** Who is let in is a matter of IAM (roles/datastore.user): there is no password in it. */
export function urlOf({ uid, locationId, name }: FirestoreDatabase): string {
  const login = 'authMechanism=MONGODB-OIDC&authMechanismProperties=ENVIRONMENT:gcp,TOKEN_RESOURCE:FIRESTORE';
  return `mongodb://${uid}.${locationId}.firestore.goog:443/${name}?loadBalanced=true&tls=true&retryWrites=false&${login}`;
}
