/** migrate: brings the database to the newest schema, and ends. */
import { runJob } from '../../lib/jobs/job.ts';
import { migrate } from '../../lib/stores/migrate.ts';
import { postgresqlVariables } from '../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: postgresqlVariables,
  async run({ DATABASE_URL }, { log }) {
    const { run, newer } = await migrate(DATABASE_URL);
    if (newer.length > 0) log.warn({ newer }, 'the schema is newer than this revision, which runs on it');
    log.info({ migrations: run }, run.length === 0 ? 'nothing to migrate' : 'migrated');
  },
});
