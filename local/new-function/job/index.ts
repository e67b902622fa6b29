/** verb-task: counts the tasks, and changes nothing yet. */
import { runJob } from '../../../lib/jobs/job.ts';
import { openPostgresql, postgresqlVariables } from '../../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: postgresqlVariables,
  async run(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    try {
      const text = 'select count(*)::int as tasks from tasks';
      const [counted] = await db.query<{ tasks: number }>({ name: contract.name, text, values: [] });
      telemetry.log.info(counted, 'counted');
    } finally {
      await db.close();
    }
  },
});
