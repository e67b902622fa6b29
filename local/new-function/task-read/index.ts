/** GET /api/tasks/{id}/verb: answers the task as it is. */
import { http } from '@google-cloud/functions-framework';
import { ok } from '../../../lib/http/answer.ts';
import { endpoint } from '../../../lib/http/endpoint.ts';
import { noSuchTask } from '../../../lib/http/problem.ts';
import { taskReader } from '../../../lib/tasks/task-reader.ts';
import { contract } from './contract.ts';

export const verbTask = endpoint(contract, taskReader, async ({ tenant, params, tasks }) => {
  const { task, cache } = await tasks.get(tenant, params.id);
  if (!task) throw noSuchTask({ 'x-cache': cache });
  return ok(task, { 'x-cache': cache });
});

http(contract.name, verbTask);
