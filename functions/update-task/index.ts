/** PATCH /api/tasks/{id}: changes the fields that a merge patch names, and no others. */
import { http } from '@google-cloud/functions-framework';
import { ok } from '../../lib/http/answer.ts';
import { versionsMeant } from '../../lib/http/conditional.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { noSuchTask } from '../../lib/http/problem.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const updateTask = endpoint(
  contract,
  taskWriter,
  async ({ tenant, actor, requestId, params, body, condition, tasks }) => {
    const ifVersion = versionsMeant(condition);
    const outcome = await tasks.update({ tenant, actor, requestId, id: params.id, ifVersion }, body);
    if (!outcome) throw noSuchTask();
    return ok(outcome.task);
  },
);

http(contract.name, updateTask);
