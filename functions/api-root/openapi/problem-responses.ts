/** The problems that an operation answers with, as its contract implies them. */
import type { Described, HttpContract } from '../../../lib/http/contract.ts';
import { type ProblemSlug, problemTypes } from '../../../lib/http/problem.ts';
import { problemSchema } from '../../../lib/http/problem-schema.ts';
import type { MediaType } from './openapi-object.ts';
import { problemExample } from './problem-types.ts';
import type { SchemaCollector } from './schema-collector.ts';

/** Every operation can meet these. */
const everywhere = ['bad-request', 'internal', 'unavailable', 'timeout'] as const;

export function problemsOf(operation: Described, http?: HttpContract): ProblemSlug[] {
  return [
    ...everywhere,
    ...(http ? (['unauthorized', 'forbidden', 'too-many-requests'] as const) : []),
    ...(http?.route.path.includes('{') ? (['not-found'] as const) : []),
    ...(http && http.body.types.length > 0 ? (['unsupported-media-type', 'body-too-large'] as const) : []),
    ...(http?.idempotent ? (['conflict', 'idempotency-key-reused'] as const) : []),
    ...(operation.condition === 'If-Match' ? (['precondition-failed'] as const) : []),
    ...(operation.problems ?? []),
  ];
}

/** By status. */
export function byStatus(slugs: readonly ProblemSlug[]): Map<number, ProblemSlug[]> {
  return Map.groupBy(slugs, slug => problemTypes[slug].status);
}

/** Told apart by their `type`. */
export function problemMedia(slugs: readonly ProblemSlug[], schemas: SchemaCollector): MediaType {
  const each = slugs.map(slug => schemas.of(problemSchema(slug), 'output'));
  const [only] = each;
  return {
    schema: only && each.length === 1 ? only : { oneOf: each },
    examples: Object.fromEntries(slugs.map(slug => [slug, { value: problemExample(slug) }])),
  };
}
