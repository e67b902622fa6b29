/** Problems as they are answered: a schema for each type. */
import * as z from 'zod/mini';
import { type ProblemSlug, problemTypes } from './problem.ts';

const detail = z.string();
const fault = z.union([
  z.strictObject({ pointer: z.string(), detail }),
  z.strictObject({ parameter: z.string(), detail }),
  z.strictObject({ header: z.string(), detail }),
]);

export type ProblemSchema = ReturnType<typeof schemaOf>;

const made = new Map<ProblemSlug, ProblemSchema>();

/** One and the same for each slug. */
export function problemSchema(slug: ProblemSlug): ProblemSchema {
  const schema = made.get(slug) ?? schemaOf(slug);
  made.set(slug, schema);
  return schema;
}

function schemaOf(slug: ProblemSlug) {
  return z.object({
    type: z.literal(`/problems/${slug}`),
    title: z.string(),
    status: z.literal(problemTypes[slug].status),
    detail,
    request_id: z.string(),
    ...(slug === 'bad-request' && { errors: z.optional(z.array(fault).check(z.minLength(1))) }),
  });
}
