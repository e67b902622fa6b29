/** What a batch answers: one result for each operation, in its order. */
import * as z from 'zod/mini';
import { problemSchema } from '../http/problem-schema.ts';
import { task } from './task.ts';

/** What can go wrong with one operation. */
const failures = ['not-found', 'precondition-failed', 'failed-dependency'] as const;

export const batchResult = z.union([
  z.object({ status: z.literal([200, 201]), task }),
  z.object({ status: z.literal(204) }),
  ...failures.map(slug => {
    const problem = problemSchema(slug);
    return z.object({ status: problem.shape.status, problem });
  }),
]);

export const batchResults = z.object({ results: z.array(batchResult).check(z.minLength(1), z.maxLength(100)) });
