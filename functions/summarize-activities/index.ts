/** GET /api/activities/summary: how much was done, by day, action and actor. */
import { http } from '@google-cloud/functions-framework';
import { activitySummarizer } from '../../lib/activities/activity-summarizer.ts';
import { json } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { contract } from './contract.ts';

export const summarizeActivities = endpoint(contract, activitySummarizer, async ({ tenant, query, summarize }) => {
  const [from, to] = lastDays(query.days, new Date());
  return json(200, { from, to, days: await summarize({ tenant, from, to }) });
});

http(contract.name, summarizeActivities);

/** The first and the last of the UTC days that end with today. */
function lastDays(count: number, today: Date): [from: string, to: string] {
  const first = new Date(today);
  first.setUTCDate(first.getUTCDate() - count + 1);
  return [first.toISOString().slice(0, 10), today.toISOString().slice(0, 10)];
}
