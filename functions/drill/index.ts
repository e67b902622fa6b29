/** drill: restores the newest backup into scratch stores, compares it with the live ones, and leaves its report. */
import * as z from 'zod/mini';
import { Differences } from '../../lib/backup/differences.ts';
import { drill } from '../../lib/backup/drill.ts';
import { urlOf } from '../../lib/environment.ts';
import { runJob } from '../../lib/jobs/job.ts';
import { inTurn } from '../../lib/stores/exclusion.ts';
import { withFailureHeartbeat } from '../../lib/stores/failure-heartbeat.ts';
import { beat } from '../../lib/stores/heartbeat.ts';
import { drillHeartbeat, failedDrillHeartbeat } from '../../lib/stores/job-heartbeats.ts';
import { mongodbUrl, mongodbVariables, withMongodb } from '../../lib/stores/mongodb.ts';
import { objectsVariables, openRequiredObjects } from '../../lib/stores/open-objects.ts';
import { postgresqlVariables } from '../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: {
    ...postgresqlVariables,
    ...mongodbVariables,
    ...objectsVariables,
    SCRATCH_DATABASE_URL: urlOf('postgres:', 'postgresql:'),
    SCRATCH_MONGODB_URL: z.optional(mongodbUrl),
  },
  async run(environment, telemetry) {
    const databaseUrl = environment.DATABASE_URL;
    const objects = openRequiredObjects(environment);
    const scratch = { databaseUrl: environment.SCRATCH_DATABASE_URL, mongodbUrl: environment.SCRATCH_MONGODB_URL };
    // Who has to wait for another drill has not failed.
    await inTurn({ databaseUrl, name: 'task-manager drill', patience: 0, over: 'drills' }, ({ session: db }) =>
      withFailureHeartbeat({ databaseUrl, name: failedDrillHeartbeat }, telemetry, () =>
        withMongodb(environment, async mongo => {
          const drilled = await drill(objects, { db, mongo }, scratch, step => telemetry.log.info(step));
          telemetry.log.info(drilled, 'drilled');
          if (drilled.differences > 0) throw new Differences(drilled.differences, drilled.examples);
          await beat(db, drillHeartbeat, { ...drilled });
        }),
      ),
    );
  },
});
