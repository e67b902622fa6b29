/** rewind: to be run, with all writers stopped, when the database was brought back in time or cloned. */
import { rewind } from '../../lib/backup/rewind.ts';
import { targetVariables, withTarget } from '../../lib/backup/target.ts';
import { runJob } from '../../lib/jobs/job.ts';
import { openObjects } from '../../lib/stores/open-objects.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: targetVariables,
  async run(environment, telemetry) {
    const { log } = telemetry;
    const objects = openObjects(environment);
    if (!objects) log.warn('no BACKUP_BUCKET or BACKUP_DIR: tenants that were erased since are not erased again');
    await withTarget(environment, telemetry, async target => {
      const rewound = await rewind(objects, target, step => log.info(step));
      log.info(rewound, 'rewound');
    });
  },
});
