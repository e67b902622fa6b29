/** verb-task: counts the tasks, and changes nothing yet. */
import { http } from '@google-cloud/functions-framework';
import { eventEndpoint } from '../../../lib/http/event-endpoint.ts';
import type { Opener, Resource } from '../../../lib/http/function.ts';
import { openPostgresql, postgresqlVariables } from '../../../lib/stores/postgresql.ts';
import { contract } from './contract.ts';

const counter: Opener<typeof postgresqlVariables, Resource & { count(): Promise<void> }> = {
  variables: postgresqlVariables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    return {
      async count() {
        const text = 'select count(*)::int as tasks from tasks';
        const [counted] = await db.query<{ tasks: number }>({ name: contract.name, text, values: [] });
        telemetry.log.info(counted, 'counted');
      },
      close: () => db.close(),
    };
  },
};

export const verbTask = eventEndpoint(contract, counter, async ({ count }) => {
  await count();
});

http(contract.name, verbTask);
