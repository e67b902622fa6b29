/** POST /api/tasks/{id}/verb: answers the task, and changes nothing yet. */
import { http } from '@google-cloud/functions-framework';
import { ok } from '../../../lib/http/answer.ts';
import { endpoint } from '../../../lib/http/endpoint.ts';
import { noSuchTask } from '../../../lib/http/problem.ts';
import { taskWriter } from '../../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const verbTask = endpoint(contract, taskWriter, ({ change, idempotency, params, write }) =>
  write({ change, idempotency }, async tasks => {
    const outcome = await tasks.update({ id: params.id }, {});
    if (!outcome) throw noSuchTask();
    return ok(outcome.task);
  }),
);

http(contract.name, verbTask);
