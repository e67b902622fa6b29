/** Summarizes activities where they are: in the log, or in PostgreSQL when there is no log. */
import type { Opener, Resource } from '../http/function.ts';
import { mongodbVariables, openProcessMongodb } from '../stores/mongodb.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { type SummarizeActivities, summaryInMongodb, summaryInPostgresql } from './activity-summary.ts';

export interface ActivitySummarizer extends Resource {
  readonly summarize: SummarizeActivities;
}

const variables = { ...postgresqlVariables, ...mongodbVariables };

export const activitySummarizer: Opener<typeof variables, ActivitySummarizer> = {
  variables,
  open(environment, telemetry) {
    const mongo = openProcessMongodb(environment, telemetry);
    if (mongo) return { summarize: summaryInMongodb(mongo), close: () => mongo.close() };
    const db = openPostgresql(environment, telemetry);
    return { summarize: summaryInPostgresql(db), close: () => db.close() };
  },
};
