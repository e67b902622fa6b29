/** rewind [--to=INSTANT] [--drop=COUNT]: to be run, with all writers stopped, when the database was brought back in time or cloned. */
import { parseArgs } from 'node:util';
import { type Meant, rewind } from '../../lib/backup/rewind.ts';
import { targetVariables, withTarget } from '../../lib/backup/target.ts';
import { runJob } from '../../lib/jobs/job.ts';
import { openObjects } from '../../lib/stores/open-objects.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: targetVariables,
  async run(environment, telemetry, argv) {
    const { log } = telemetry;
    const meant = meantBy(argv);
    const objects = openObjects(environment);
    await withTarget(environment, telemetry, async target => {
      if (!objects) log.warn('no BACKUP_BUCKET or BACKUP_DIR: tenants that were erased since are not erased again');
      const rewound = await rewind(objects, target, step => log.info(step), meant);
      log.info(rewound, 'rewound');
    });
  },
});

function meantBy(argv: readonly string[]): Meant {
  const { to, drop } = parseArgs({
    args: [...argv],
    options: { to: { type: 'string' }, drop: { type: 'string' } },
  }).values;
  if (to !== undefined && Number.isNaN(Date.parse(to))) throw new Error(`--to must be an instant, and is ${to}`);
  return { to, drop: drop === undefined ? undefined : Number(drop) };
}
