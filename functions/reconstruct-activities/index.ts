/** reconstruct-activities [--lost=COUNT]: closes the holes of an activity log that lost some; without COUNT it only counts them. */
import { parseArgs } from 'node:util';
import { activityLog } from '../../lib/activities/activity-log.ts';
import { Differences } from '../../lib/backup/differences.ts';
import { reconstruct } from '../../lib/backup/reconstruct.ts';
import { BadEnvironment } from '../../lib/environment.ts';
import { runJob } from '../../lib/jobs/job.ts';
import { mongodbVariables, withMongodb } from '../../lib/stores/mongodb.ts';
import { postgresqlVariables } from '../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: { ...postgresqlVariables, ...mongodbVariables },
  async run(environment, { log: report }, argv) {
    const { lost } = parseArgs({ args: [...argv], options: { lost: { type: 'string' } } }).values;
    await withMongodb(environment, async mongo => {
      if (!mongo) throw new BadEnvironment(['MONGODB_URL is missing']);
      const reconstructed = await reconstruct({
        databaseUrl: environment.DATABASE_URL,
        log: activityLog(mongo),
        tell: step => report.info(step),
        meant: lost === undefined ? undefined : Number(lost),
      });
      report.info(reconstructed, 'reconstructed');
      if (reconstructed.left > 0) throw new Differences(reconstructed.left, reconstructed.examples);
    });
  },
});
