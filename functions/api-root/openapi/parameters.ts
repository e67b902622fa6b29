/** What an operation takes beside its body: in its path, its query and its headers. */
import type { HttpContract, Route } from '../../../lib/http/contract.ts';
import { isSchema, type Parameter, type Reference } from './openapi-object.ts';
import type { SchemaCollector } from './schema-collector.ts';

const tag = String.raw`(W/)?"[!#-~\u0080-\u00ff]*"`;
const tags = String.raw`^(\*|[ ,\t]*${tag}([ \t]*,[ \t]*(${tag})?)*)$`;

export const sharedParameters = {
  'X-Request-Id': {
    name: 'X-Request-Id',
    in: 'header',
    description:
      'Names the request in the log, in its answer and in the activities that it makes. Without one, and for any other, that is the id of the trace: of the one that `traceparent` (W3C Trace Context) continues, or of a new one.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:+/=-]{1,128}$' },
  },
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes it safe to send the request again: within 24 hours the first answer is given again, and nothing is done twice.',
    schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'Entity tags, one of which must be the current one; or `*`.',
    schema: { type: 'string', pattern: tags, examples: ['"3"'] },
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'Entity tags that the caller knows: 304 when one of them is the current one; or `*`.',
    schema: { type: 'string', pattern: tags, examples: ['"3"'] },
  },
} as const satisfies Record<string, Parameter>;

export function sharedParameter(name: keyof typeof sharedParameters): Reference {
  return { $ref: `#/components/parameters/${name}` };
}

export function pathParameters({ path }: Route): Parameter[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: 'In either case; what is no UUID names nothing.',
    schema: { type: 'string', format: 'uuid' },
  }));
}

export function queryParameters(
  { query, repeatable = [] }: Pick<HttpContract, 'query' | 'repeatable'>,
  schemas: SchemaCollector,
): Parameter[] {
  const { properties, required } = schemas.of(query, 'input');
  if (!isSchema(properties)) return [];
  return Object.entries(properties).map(([name, property]): Parameter => {
    const { description, ...schema } = isSchema(property) ? property : {};
    return {
      name,
      in: 'query',
      ...(Array.isArray(required) && required.includes(name) && { required: true }),
      ...(typeof description === 'string' && { description }),
      ...(repeatable.includes(name) && { style: 'form', explode: true }),
      schema,
    };
  });
}
