/** migrate: brings the database to the newest schema, and ends. */
import { runJob } from '../../lib/jobs/job.ts';
import { migrate } from '../../lib/stores/migrate.ts';
import { postgresqlVariables } from '../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: postgresqlVariables,
  async run({ DATABASE_URL }, { log }) {
    const migrations = await migrate(DATABASE_URL);
    log.info({ migrations }, migrations.length === 0 ? 'the schema is the newest' : 'migrated');
  },
});
