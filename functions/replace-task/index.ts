/** PUT /api/tasks/{id}: replaces a task that has not changed since it was read; fields left out get their defaults. */
import { http } from '@google-cloud/functions-framework';
import { ok } from '../../lib/http/answer.ts';
import { versionsMeant } from '../../lib/http/conditional.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { ifMatchRequired, noSuchTask } from '../../lib/http/problem.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const replaceTask = endpoint(contract, taskWriter, ({ change, params, body, condition, write }) =>
  write({ change }, async tasks => {
    if (!condition) throw (await tasks.exists(params.id)) ? ifMatchRequired() : noSuchTask();
    const outcome = await tasks.update({ id: params.id, ifVersion: versionsMeant(condition) }, body);
    if (!outcome) throw noSuchTask();
    return ok(outcome.task);
  }),
);

http(contract.name, replaceTask);
