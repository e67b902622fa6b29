/** GET /api/tasks/{id}/activities: what was done to a task, newest first, the last change included. */
import { http } from '@google-cloud/functions-framework';
import { activityReader } from '../../lib/activities/activity-reader.ts';
import { page } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { noSuchTask } from '../../lib/http/problem.ts';
import { contract } from './contract.ts';

export const listActivities = endpoint(contract, activityReader, async ({ tenant, params, query, activities }) => {
  const found = await activities.page({ tenant, taskId: params.id, limit: query.limit, cursor: query.cursor });
  if (!found) throw noSuchTask();
  return page(
    found.items.map(activity => JSON.stringify(activity)),
    found.nextCursor,
  );
});

http(contract.name, listActivities);
