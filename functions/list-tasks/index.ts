/** GET /api/tasks: the tasks that match a filter, in the order that is asked for, page by page. */
import { http } from '@google-cloud/functions-framework';
import { page } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { taskLister } from '../../lib/tasks/task-lister.ts';
import { contract } from './contract.ts';

export const listTasks = endpoint(contract, taskLister, async ({ tenant, query, tasks }) => {
  const { items, nextCursor } = await tasks.list(tenant, query);
  return page(items, nextCursor);
});

http(contract.name, listTasks);
