/** back-up: backs up PostgreSQL and the activity log into a bucket or a folder, and ends. */
import { activityLog } from '../../lib/activities/activity-log.ts';
import { backUp } from '../../lib/backup/back-up.ts';
import { runJob } from '../../lib/jobs/job.ts';
import { withFailureHeartbeat } from '../../lib/stores/failure-heartbeat.ts';
import { failedBackupHeartbeat } from '../../lib/stores/job-heartbeats.ts';
import { mongodbVariables, withMongodb } from '../../lib/stores/mongodb.ts';
import { objectsVariables, openRequiredObjects } from '../../lib/stores/open-objects.ts';
import { postgresqlVariables } from '../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: { ...postgresqlVariables, ...mongodbVariables, ...objectsVariables },
  async run(environment, telemetry) {
    const databaseUrl = environment.DATABASE_URL;
    const objects = openRequiredObjects(environment);
    await withFailureHeartbeat({ databaseUrl, name: failedBackupHeartbeat }, telemetry, () =>
      withMongodb(environment, async mongo => {
        const manifest = await backUp({ databaseUrl, log: mongo && activityLog(mongo), objects });
        telemetry.log.info({ place: objects.place, manifest }, 'backed up');
      }),
    );
  },
});
