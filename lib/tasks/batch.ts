/** A batch: up to 100 changes in one transaction, all or nothing or each for itself. */
import * as z from 'zod/mini';
import type { Result } from '../http/answer.ts';
import { parseCondition, versionsMeant } from '../http/conditional.ts';
import { noSuchTask, Problem } from '../http/problem.ts';
import { uuidOrNil } from '../http/uuid.ts';
import type { Outcome } from './repository.ts';
import { newTask, taskPatch } from './task.ts';
import type { TaskChanges } from './task-changes.ts';
import { text } from './text.ts';

/** One entity tag, as the versions that it means: one, or none for a weak tag. */
const ifMatch = z
  .optional(
    z.pipe(
      z.string(),
      z.transform((tag: string, context) => {
        const { value } = { value: undefined, ...parseCondition('If-Match', tag) };
        if (Array.isArray(value) && value.length === 1) return versionsMeant(value) ?? [];
        context.issues.push({
          code: 'custom',
          input: tag,
          message: 'Must be one entity tag, such as "3" with its quotes.',
        });
        return z.NEVER;
      }),
    ),
  )
  .register(z.globalRegistry, {
    description: 'One entity tag.',
    pattern: String.raw`^\s*(W/)?"[!#-~\u0080-\u00ff]*"\s*$`,
  });

const id = z
  .pipe(
    text(0, 255),
    z.transform((text: string) => text.toLowerCase()),
  )
  .register(z.globalRegistry, { description: 'A UUID. Another text names no task.' });

const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('create'), task: newTask }),
  z.strictObject({ op: z.literal('update'), id, if_match: ifMatch, task: taskPatch }),
  z.strictObject({ op: z.literal('delete'), id, if_match: ifMatch }),
  z.strictObject({ op: z.literal('restore'), id }),
]);

export const batch = z.strictObject({
  operations: z
    .array(operation)
    .check(z.minLength(1, 'Must be 1 to 100 operations.'), z.maxLength(100, 'Must be 1 to 100 operations.'), eachIdOnce)
    .register(z.globalRegistry, { description: 'An id may be named once.' }),
  atomic: z._default(z.boolean(), true),
  dry_run: z._default(z.boolean(), false),
});

export type Operation = z.output<typeof operation>;

/** The ids of the tasks that are to be there already. */
export function targetsOf(operations: readonly Operation[]): string[] {
  return operations.flatMap(each => (each.op === 'create' ? [] : [uuidOrNil(each.id)]));
}

/** Runs all operations; one that fails leaves the others alone. */
export async function runEach(tasks: TaskChanges, operations: readonly Operation[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const each of operations) results.push(await run(tasks, each));
  return results;
}

/** Runs operations until one fails; then all others depend on it. @returns whether all is done, and the results */
export async function runAll(
  tasks: TaskChanges,
  operations: readonly Operation[],
): Promise<{ done: boolean; results: Result[] }> {
  const results: Result[] = [];
  for (const [index, each] of operations.entries()) {
    const result = await run(tasks, each);
    if ('problem' in result)
      return { done: false, results: operations.map((_, other) => (other === index ? result : undone())) };
    results.push(result);
  }
  return { done: true, results };
}

async function run(tasks: TaskChanges, each: Operation): Promise<Result> {
  try {
    return await change(tasks, each);
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, problem: error };
    throw error;
  }
}

async function change(tasks: TaskChanges, each: Operation): Promise<Result> {
  switch (each.op) {
    case 'create':
      return { status: 201, task: (await tasks.create(each.task)).task.json };
    case 'update':
      return {
        status: 200,
        task: found(await tasks.update({ id: uuidOrNil(each.id), ifVersion: each.if_match }, each.task)).task.json,
      };
    case 'delete':
      found(await tasks.trash({ id: uuidOrNil(each.id), ifVersion: each.if_match }));
      return { status: 204, task: undefined };
    case 'restore':
      return { status: 200, task: found(await tasks.restore({ id: uuidOrNil(each.id) })).task.json };
  }
}

function found(outcome: Outcome | undefined): Outcome {
  if (!outcome) throw noSuchTask();
  return outcome;
}

function undone(): Result {
  const problem = new Problem('failed-dependency', { detail: 'Another operation of this atomic batch failed.' });
  return { status: problem.status, problem };
}

function eachIdOnce({ value, issues }: { value: readonly Operation[]; issues: unknown[] }): void {
  const seen = new Set<string>();
  for (const [index, each] of value.entries()) {
    if (each.op === 'create') continue;
    if (seen.has(each.id)) {
      issues.push({
        code: 'custom',
        input: each.id,
        path: [index, 'id'],
        message: 'Named by another operation already.',
      });
    }
    seen.add(each.id);
  }
}
