/** One operation of the document, from the contract of its function. */
import type { AnswerContract, Described, HttpContract, Route } from '../../../lib/http/contract.ts';
import { type ProblemSlug, problemTypes } from '../../../lib/http/problem.ts';
import { answerExample, requestExample } from './examples.ts';
import type { Content, Operation, Parameter, Reference, RequestBody, Response } from './openapi-object.ts';
import { pathParameters, queryParameters, sharedParameter } from './parameters.ts';
import { byStatus, problemMedia, problemsOf } from './problem-responses.ts';
import { commonHeaders, type HeaderName, problemHeaders, refer } from './response-headers.ts';
import type { SchemaCollector } from './schema-collector.ts';

export interface OperationSource extends Route {
  /** The function's, or the page's. */
  readonly name: string;
  readonly tag: string;
  readonly described: Described;
  /** Absent for a page, which is open to all and takes no parameters. */
  readonly http?: HttpContract;
}

export function operationOf(source: OperationSource, schemas: SchemaCollector): Operation {
  const { name, tag, described, http } = source;
  const { summary, description } = described;
  const requestBody = http && bodyOf(http, schemas);
  return {
    operationId: name,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: http ? [{ bearer: [http.scope] }] : [],
    parameters: parametersOf(source, schemas),
    ...(requestBody && { requestBody }),
    responses: responsesOf(source, schemas),
  };
}

/** HEAD is answered wherever GET is: the same without the content (RFC 9110, 9.3.2). */
export function headOf({ operationId, summary, security, parameters, responses }: Operation, tag: string): Operation {
  const without = (response: Response | Reference) => {
    if ('$ref' in response) return response;
    const { content, ...rest } = response;
    return rest;
  };
  return {
    operationId: `${operationId}-head`,
    summary: `${summary}: the headers only`,
    tags: [tag],
    security,
    parameters,
    responses: Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, without(response)])),
  };
}

function parametersOf(
  { described, http, ...route }: OperationSource,
  schemas: SchemaCollector,
): Operation['parameters'] {
  const parameters: (Parameter | Reference)[] = pathParameters(route);
  if (http) parameters.push(...queryParameters(http, schemas));
  if (described.condition) parameters.push(sharedParameter(described.condition));
  if (http?.idempotent) parameters.push(sharedParameter('Idempotency-Key'));
  return [...parameters, sharedParameter('X-Request-Id')];
}

function bodyOf({ body }: HttpContract, schemas: SchemaCollector): RequestBody | undefined {
  if (body.types.length === 0) return undefined;
  const media = { schema: schemas.of(body.schema, 'input'), example: requestExample(body.schema) };
  return { required: true, content: Object.fromEntries(body.types.map(type => [type, media])) };
}

function responsesOf({ described, http }: OperationSource, schemas: SchemaCollector): Record<string, Response> {
  const problems = byStatus(problemsOf(described, http));
  const answers = new Map<number, AnswerOf>(described.answers.map(answer => [answer.status, answer]));
  if (described.condition === 'If-None-Match') answers.set(304, notModified(described.answers));
  const cached = described.answers.some(({ headers }) => headers?.includes('X-Cache'));
  const statuses = [...new Set([...answers.keys(), ...problems.keys()])].toSorted((one, other) => one - other);

  const responseOf = (status: number): Response => {
    const answer = answers.get(status);
    const slugs = problems.get(status) ?? [];
    const headers = new Set<HeaderName>([
      ...commonHeaders,
      ...(answer?.headers ?? []),
      ...slugs.flatMap(slug => problemHeaders[slug] ?? []),
      ...(cached && status === 404 ? (['X-Cache'] as const) : []),
      ...(http?.idempotent && status < 300 ? (['Idempotency-Replayed'] as const) : []),
      ...(http && status !== 401 && status !== 403 ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    ]);
    const content = { ...(answer && answerContent(answer, schemas)), ...problemContent(slugs, schemas) };
    return {
      description: [...(answer ? [answer.meaning] : []), ...slugs.map(slug => `${problemTypes[slug].title}.`)].join(
        ' ',
      ),
      headers: refer([...headers]),
      ...(Object.keys(content).length > 0 && { content }),
    };
  };
  return Object.fromEntries(statuses.map(status => [String(status), responseOf(status)]));
}

type AnswerOf = Pick<AnswerContract, 'meaning' | 'schema' | 'type' | 'headers'> & { readonly status: number };

function notModified(answers: readonly AnswerContract[]): AnswerOf {
  const headers = answers.flatMap(({ headers = [] }) => headers);
  return { status: 304, meaning: 'One of the tags in `If-None-Match` is the current one.', headers };
}

function answerContent({ schema, type = 'application/json', status }: AnswerOf, schemas: SchemaCollector): Content {
  if (!schema) return {};
  const example = answerExample(schema, status);
  return { [type]: { schema: schemas.of(schema, 'output'), ...(example !== undefined && { example }) } };
}

function problemContent(slugs: readonly ProblemSlug[], schemas: SchemaCollector): Content {
  return slugs.length > 0 ? { 'application/problem+json': problemMedia(slugs, schemas) } : {};
}
