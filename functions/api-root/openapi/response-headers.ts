/** The headers of our answers. */
import type { AnswerHeader } from '../../../lib/http/contract.ts';
import type { ProblemSlug } from '../../../lib/http/problem.ts';
import type { Header, Reference } from './openapi-object.ts';

export const responseHeaders = {
  'X-Request-Id': {
    description:
      'Names this request in the log and in the activities that it makes: the one that was sent, when it is sane, else the id of the trace.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:+/=-]{1,128}$' },
  },
  'X-Content-Type-Options': {
    description: 'The content is what its type says.',
    required: true,
    schema: { type: 'string', const: 'nosniff' },
  },
  'Cache-Control': { description: 'Who may keep the answer, and for how long.', schema: { type: 'string' } },
  ETag: {
    description: 'The entity tag: strong, and for a task its version in quotes.',
    required: true,
    schema: { type: 'string', pattern: '^"[!#-~]+"$' },
  },
  Location: { description: 'Where it is.', required: true, schema: { type: 'string', format: 'uri-reference' } },
  'X-Cache': {
    description: 'Whether the cache knew it; `bypass` when it was not asked.',
    required: true,
    schema: { type: 'string', enum: ['hit', 'miss', 'bypass'] },
  },
  'Retry-After': {
    description: 'Seconds after which to try again.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': {
    description: 'What is missing (RFC 6750).',
    required: true,
    schema: { type: 'string', pattern: '^Bearer ' },
  },
  'Idempotency-Replayed': {
    description: 'The answer was given before, to this key.',
    schema: { type: 'string', const: 'true' },
  },
  RateLimit: {
    description: 'Requests that are left, and seconds until the minute ends; absent when nobody counts.',
    schema: { type: 'string', pattern: String.raw`^"default";r=\d+;t=\d+$` },
  },
  'RateLimit-Policy': {
    description: 'Requests that a minute has.',
    schema: { type: 'string', pattern: String.raw`^"default";q=\d+;w=\d+$` },
  },
} as const satisfies Record<AnswerHeader, Header> & Record<string, Header>;

export type HeaderName = keyof typeof responseHeaders;

/** Every answer has them. */
export const commonHeaders = ['X-Request-Id', 'X-Content-Type-Options', 'Cache-Control'] as const;

/** Those that come with a problem of a type. */
export const problemHeaders: Partial<Record<ProblemSlug, readonly HeaderName[]>> = {
  unauthorized: ['WWW-Authenticate'],
  forbidden: ['WWW-Authenticate'],
  'too-many-requests': ['Retry-After'],
  conflict: ['Retry-After'],
  'precondition-failed': ['ETag'],
  unavailable: ['Retry-After'],
  'query-too-slow': ['Retry-After'],
  timeout: ['Retry-After'],
};

export function refer(names: readonly HeaderName[]): Record<string, Reference> {
  return Object.fromEntries(names.map(name => [name, { $ref: `#/components/headers/${name}` }]));
}
