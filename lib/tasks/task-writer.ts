/** Changes tasks: in PostgreSQL, then in the cache, then a nudge to the relay. */
import { nudgeVariables, openNudge } from '../activities/nudge.ts';
import { cacheVariables } from '../cache/process-cache.ts';
import type { Answer } from '../http/answer.ts';
import type { Change } from '../http/change.ts';
import type { Opener, Resource } from '../http/function.ts';
import type { Idempotency } from '../http/idempotency-key.ts';
import {
  type Database,
  type Ending,
  openPostgresql,
  postgresqlVariables,
  type Queryable,
} from '../stores/postgresql.ts';
import { claimKey, keepAnswer } from './idempotency.ts';
import type { StoredTask } from './repository.ts';
import { openTaskCache, taskEntry } from './task-cache.ts';
import { type TaskChanges, taskChanges } from './task-changes.ts';
import { taskKey } from './task-key.ts';

export interface WriteRequest {
  readonly change: Change;
  readonly idempotency?: Idempotency | undefined;
}

/** The answer to a request that changes tasks, and the changes that are to be kept of it. */
interface Written {
  readonly answer: Answer;
  readonly made: readonly StoredTask[];
}

export interface TaskWriter extends Resource {
  /**
   * Makes one change. With an idempotency key the answer is kept in the change's transaction, or given again.
   *
   * @returns what `work` answers, when the next reader of the cache can see it
   */
  write(request: WriteRequest, work: (tasks: TaskChanges) => Promise<Answer>): Promise<Answer>;
  /** Makes several changes in one transaction. */
  transact(
    request: WriteRequest,
    work: (tasks: TaskChanges, db: Queryable) => Promise<Ending<Answer>>,
  ): Promise<Answer>;
}

const variables = { ...postgresqlVariables, ...cacheVariables, ...nudgeVariables };

export const taskWriter: Opener<typeof variables, TaskWriter> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const cache = openTaskCache(environment, telemetry);
    const nudge = openNudge(environment, telemetry);

    /** The cache learns of a change before the writer does, so that the writer's next read is a hit. */
    async function told({ change: { tenant } }: WriteRequest, statements: () => Promise<Written>): Promise<Answer> {
      const cacheWrite = await cache.begin();
      const { answer, made } = await statements();
      if (made.length > 0) nudge.send();
      await Promise.all(made.map(task => cacheWrite.put(taskKey(tenant, task.id), taskEntry(task))));
      return answer;
    }

    const transact: TaskWriter['transact'] = (request, work) => told(request, () => inTransaction(db, request, work));

    return {
      transact,
      write(request, work) {
        if (request.idempotency) return transact(request, async tasks => ({ value: await work(tasks), end: 'commit' }));
        return told(request, async () => {
          const tasks = taskChanges(db, request.change);
          return { answer: await work(tasks), made: tasks.made };
        });
      },
      async close() {
        nudge.close();
        await Promise.all([db.close(), cache.close()]);
      },
    };
  },
};

function inTransaction(
  db: Database,
  { change, idempotency }: WriteRequest,
  work: (tasks: TaskChanges, db: Queryable) => Promise<Ending<Answer>>,
): Promise<Written> {
  return db.transaction(async transaction => {
    const replay = idempotency && (await claimKey(transaction, change.tenant, idempotency));
    if (replay) return { value: { answer: replay, made: [] }, end: 'roll back' };
    const tasks = taskChanges(transaction, change);
    const { value: answer, end } = await work(tasks, transaction);
    // An answer that changed nothing burns no key.
    if (end === 'roll back' || tasks.made.length === 0) return { value: { answer, made: [] }, end: 'roll back' };
    if (idempotency) await keepAnswer(transaction, change.tenant, idempotency, answer);
    return { value: { answer, made: tasks.made }, end };
  });
}
