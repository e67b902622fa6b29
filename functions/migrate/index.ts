/** migrate: brings the database to the newest schema, makes its roles and their logins, and ends. */
import { runJob } from '../../lib/jobs/job.ts';
import { loginsIn, loginVariables } from '../../lib/stores/logins.ts';
import { migrate } from '../../lib/stores/migrate.ts';
import { postgresqlVariables } from '../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

void runJob(contract, {
  variables: { ...postgresqlVariables, ...loginVariables },
  async run(environment, { log }) {
    const { run, newer, roles } = await migrate(environment.DATABASE_URL, { logins: loginsIn(environment) });
    if (newer.length > 0) log.warn({ newer }, 'the schema is newer than this revision, which runs on it');
    if (roles === 'missing') log.warn('there are no roles, and none may be made: all functions need this DATABASE_URL');
    log.info({ migrations: run, roles }, run.length === 0 ? 'nothing to migrate' : 'migrated');
  },
});
