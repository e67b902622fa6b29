/** The OpenAPI document of all functions, made from their contracts and from nothing else. */
import type { Contract } from '../../../lib/http/contract.ts';
import { introduction } from './introduction.ts';
import type { OpenApiDocument, Operation } from './openapi-object.ts';
import { headOf, type OperationSource, operationOf } from './operation.ts';
import { sharedParameters } from './parameters.ts';
import { responseHeaders } from './response-headers.ts';
import { schemaCollector } from './schema-collector.ts';
import { nameSchemas } from './schema-names.ts';
import { shareResponses } from './shared-responses.ts';

const pagesTag = 'about';
const headTag = 'headers only';

/** In the order of the reference page. */
const tags: Readonly<Record<string, string>> = {
  tasks: 'Make, find, change, trash and restore tasks.',
  activities: 'Who did what to which task.',
  changes: 'What a copy of the tasks needs to stay in step.',
  [pagesTag]: 'Open to all.',
  [headTag]: 'HEAD, wherever there is GET.',
};

export function openApiDocument(catalogue: readonly Contract[]): OpenApiDocument {
  nameSchemas();
  const schemas = schemaCollector();
  const sources = catalogue.flatMap(sourcesOf);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const source of sources) {
    const operation = operationOf(source, schemas);
    const methods = paths[source.path] ?? {};
    methods[source.method.toLowerCase()] = operation;
    if (source.method === 'GET') methods.head = headOf(operation, headTag);
    paths[source.path] = methods;
  }
  const { paths: shared, responses } = shareResponses(paths);
  return {
    openapi: '3.1.1',
    info: {
      title: 'task-manager',
      version: '0.1.0',
      summary: 'Tasks, their activities, and a feed of their changes',
      description: introduction(),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: shared,
    components: {
      schemas: schemas.named,
      responses,
      headers: responseHeaders,
      parameters: sharedParameters,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token of the configured issuer, with the scope `tasks:read` or `tasks:write`.',
        },
      },
    },
  };
}

function sourcesOf(contract: Contract): OperationSource[] {
  if (contract.kind === 'http') {
    return [{ ...contract.route, name: contract.name, tag: tagOf(contract.name), described: contract, http: contract }];
  }
  if (contract.kind !== 'root') return [];
  return contract.routes.flatMap(({ method, path, operation }) =>
    operation ? [{ method, path, name: operation.name, tag: pagesTag, described: operation }] : [],
  );
}

/** Functions are named by a verb and what it is done to: list-tasks and get-task are about tasks. */
function tagOf(name: string): string {
  const noun = name.replace(/^[^-]*-/, '');
  return noun.endsWith('s') ? noun : `${noun}s`;
}
