/** PATCH /api/tasks/{id}: changes the fields that a merge patch names, and no others. */
import { http } from '@google-cloud/functions-framework';
import { ok } from '../../lib/http/answer.ts';
import { versionsMeant } from '../../lib/http/conditional.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { noSuchTask } from '../../lib/http/problem.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const updateTask = endpoint(contract, taskWriter, ({ change, params, body, condition, write }) =>
  write({ change }, async tasks => {
    const outcome = await tasks.update({ id: params.id, ifVersion: versionsMeant(condition) }, body);
    if (!outcome) throw noSuchTask();
    return ok(outcome.task);
  }),
);

http(contract.name, updateTask);
