/** Whether an answer is one that the OpenAPI document describes. */
import type {
  Header,
  OpenApiDocument,
  Operation,
  Parameter,
  Reference,
  Response,
} from '../../functions/api-root/openapi/openapi-object.ts';
import type { Reply } from './api.ts';
import { openApiValidator } from './openapi-validator.ts';

/** node:http's own. */
const transport = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

/** Of the page, and no part of the API. */
const ofPages = ['content-security-policy', 'referrer-policy'];

/** @returns how an answer differs from what its operation describes */
export type Deviations = (operation: Operation, reply: Reply) => string[];

export function deviationsFrom(document: OpenApiDocument): Deviations {
  const validate = openApiValidator(document);
  const { responses, headers } = document.components;

  const wrongHeaders = (response: Response, reply: Reply): string[] => {
    const described = Object.entries(response.headers).map(
      ([name, header]) => [name.toLowerCase(), resolve(header, headers)] as const,
    );
    const known = new Set([...described.map(([name]) => name), 'content-type', ...transport, ...ofPages]);
    const unknown = [...reply.headers.keys()].filter(name => !known.has(name));
    return [
      ...unknown.map(name => `the header ${name} is not described`),
      ...described.flatMap(([name, header]) => wrongHeader(name, header, reply.headers.get(name))),
    ];
  };

  const wrongHeader = (name: string, { required, schema }: Header, value: string | null): string[] => {
    if (value === null) return required ? [`the header ${name} is missing`] : [];
    return validate(schema, schema.type === 'integer' ? Number(value) : value).map(said => `${name}: ${said}`);
  };

  const wrongBody = ({ content }: Response, { headers, text, json }: Reply): string[] => {
    if (content === undefined) return text === '' ? [] : ['no content is described'];
    const type = headers.get('content-type')?.split(';')[0] ?? 'none';
    const media = content[type];
    if (!media) return [`the type ${type} is not described`];
    return validate(media.schema, type.endsWith('json') ? json : text).map(said => `body: ${said}`);
  };

  return (operation, reply) => {
    const described = operation.responses[reply.status];
    if (!described) return [`the status ${reply.status} is not described`];
    const response = resolve(described, responses);
    return [...wrongHeaders(response, reply), ...wrongBody(response, reply)];
  };
}

/** Follows a reference into the components of its kind. */
export function resolve<T extends Header | Response | Parameter>(
  object: T | Reference,
  components: Readonly<Record<string, T>>,
): T {
  if (!('$ref' in object)) return object;
  const found = components[object.$ref.replace(/^.*\//, '')];
  if (!found) throw new Error(`${object.$ref} leads nowhere`);
  return found;
}
