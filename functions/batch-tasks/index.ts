/** POST /api/tasks/batch: up to 100 changes in one transaction, all or nothing or each for itself, or only tried. */
import { http } from '@google-cloud/functions-framework';
import { results as answer } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { runAll, runEach, targetsOf } from '../../lib/tasks/batch.ts';
import { lockTasks } from '../../lib/tasks/repository.ts';
import { taskWriter } from '../../lib/tasks/task-writer.ts';
import { contract } from './contract.ts';

export const batchTasks = endpoint(contract, taskWriter, ({ change, idempotency, body, transact }) =>
  transact({ change, idempotency }, async (tasks, db) => {
    const { operations, atomic, dry_run } = body;
    await lockTasks(db, change.tenant, targetsOf(operations));
    const { done, results } = atomic
      ? await runAll(tasks, operations)
      : { done: true, results: await runEach(tasks, operations) };
    return {
      value: answer(done ? 200 : 422, results, change.requestId),
      end: done && !dry_run ? 'commit' : 'roll back',
    };
  }),
);

http(contract.name, batchTasks);
