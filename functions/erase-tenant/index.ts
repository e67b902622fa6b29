/** erase-tenant TENANT: erases all data of a tenant in every store, refuses its writes from then on, and shows what is left. */
import { runJob } from '../../lib/jobs/job.ts';
import { tenantEraser } from '../../lib/tasks/tenant-eraser.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: tenantEraser.variables,
  async run(environment, telemetry, [tenant, ...rest]) {
    if (!tenant || rest.length > 0) throw new Error('name one tenant: erase-tenant TENANT');
    const eraser = tenantEraser.open(environment, telemetry);
    try {
      const left = await eraser.erase(tenant);
      telemetry.log.info({ left }, 'erased');
      const clean = [left.postgresql, left.redis, left.mongodb].every(count => !count);
      if (!clean) throw new Error('something is left of the tenant: run it again');
    } finally {
      await eraser.close();
    }
  },
});
