/** POST /api/tasks/{id}/restore: takes a task out of the trash; one that is not in it is answered as it is. */
import { http } from '@google-cloud/functions-framework';
import { ok } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { noSuchTask } from '../../lib/http/problem.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const restoreTask = endpoint(contract, taskWriter, ({ change, idempotency, params, write }) =>
  write({ change, idempotency }, async tasks => {
    const outcome = await tasks.restore({ id: params.id });
    if (!outcome) throw noSuchTask();
    return ok(outcome.task);
  }),
);

http(contract.name, restoreTask);
