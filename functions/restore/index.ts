/** restore [BACKUP]: restores a backup, by its name or `latest`, into empty stores; without one it lists what there is. */
import { backups } from '../../lib/backup/manifest.ts';
import { restore } from '../../lib/backup/restore.ts';
import { targetVariables, withTarget } from '../../lib/backup/target.ts';
import { runJob } from '../../lib/jobs/job.ts';
import { openRequiredObjects } from '../../lib/stores/open-objects.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: targetVariables,
  async run(environment, telemetry, [wanted, ...rest]) {
    const { log } = telemetry;
    const objects = openRequiredObjects(environment);
    if (rest.length > 0) throw new Error('name one backup: restore BACKUP');
    if (!wanted)
      return log.info({ place: objects.place, backups: await backups(objects) }, 'the backups that there are');
    await withTarget(environment, telemetry, async target => {
      const restored = await restore(objects, wanted, target, step => log.info(step));
      log.info(restored, 'restored');
    });
  },
});
