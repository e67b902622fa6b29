/** DELETE /api/tasks/{id}: moves a task to the trash. */
import { http } from '@google-cloud/functions-framework';
import { noContent } from '../../lib/http/answer.ts';
import { versionsMeant } from '../../lib/http/conditional.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { noSuchTask } from '../../lib/http/problem.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const deleteTask = endpoint(contract, taskWriter, ({ change, params, condition, write }) =>
  write({ change }, async tasks => {
    const outcome = await tasks.trash({ id: params.id, ifVersion: versionsMeant(condition) });
    if (!outcome) throw noSuchTask();
    return noContent();
  }),
);

http(contract.name, deleteTask);
