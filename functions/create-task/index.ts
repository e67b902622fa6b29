/** POST /api/tasks: makes a task; its next GET is a cache hit. */
import { http } from '@google-cloud/functions-framework';
import { created } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const createTask = endpoint(contract, taskWriter, ({ change, idempotency, body, write }) =>
  write({ change, idempotency }, async tasks => {
    const { task } = await tasks.create(body);
    return created(task, `/api/tasks/${task.id}`);
  }),
);

http(contract.name, createTask);
