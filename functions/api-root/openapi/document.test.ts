import { describe, expect, test } from 'vitest';
import { openApiValidator } from '../../../local/testing/openapi-validator.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { catalogue } from '../../catalogue.ts';
import { openApiDocument } from './document.ts';
import { isSchema, type MediaType, type Response } from './openapi-object.ts';
import { slugs } from './problem-types.ts';

const document = openApiDocument(catalogue);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const https = catalogue.filter(contract => contract.kind === 'http');

describe('operations', () => {
  test('are those of the HTTP functions and the pages, and HEAD wherever there is GET', () => {
    const routes = catalogue.flatMap(contract => {
      if (contract.kind === 'http') return [{ ...contract.route, name: contract.name }];
      if (contract.kind !== 'root') return [];
      return contract.routes.flatMap(route => (route.operation ? [{ ...route, name: route.operation.name }] : []));
    });
    const expected = routes.flatMap(({ method, path, name }) => [
      `${method} ${path} ${name}`,
      ...(method === 'GET' ? [`HEAD ${path} ${name}-head`] : []),
    ]);
    const described = operations.map(
      ({ path, method, operation }) => `${method.toUpperCase()} ${path} ${operation.operationId}`,
    );
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  test.for(https)('$name needs its scope, and says 401, 403 and 429', ({ name, scope }) => {
    const operation = operations.find(each => each.operation.operationId === name)?.operation;
    expect(operation?.security).toEqual([{ bearer: [scope] }]);
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(['401', '403', '429']));
  });

  test('have tags that the document explains', () => {
    const used = new Set(operations.flatMap(({ operation }) => operation.tags));
    expect([...used].toSorted()).toEqual(document.tags.map(({ name }) => name).toSorted());
  });
});

test.for(slugs)('the page says what /problems/%s is', slug => {
  expect(document.info.description).toContain(`- \`/problems/${slug}\``);
});

test('defaults are told', () => {
  const { properties } = document.components.schemas.NewTask ?? {};
  const told = Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, property]) =>
    isSchema(property) && 'default' in property ? [[name, property.default]] : [],
  );
  expect(Object.fromEntries(told)).toEqual({
    description: '',
    status: 'pending',
    priority: 'medium',
    labels: [],
    assignee: null,
    due_at: null,
  });
});

describe('examples', () => {
  const validate = openApiValidator(document);
  const responses = (of: readonly object[]) => of.filter((each): each is Response => 'description' in each);
  const media = [
    ...operations.flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {})),
    ...responses([
      ...Object.values(document.components.responses),
      ...operations.flatMap(({ operation }) => Object.values(operation.responses)),
    ]).flatMap(({ content = {} }) => Object.values(content)),
  ];
  const examplesOf = ({ example, examples = {} }: MediaType) => [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples).map(({ value }) => value),
  ];

  test('are as their schemas say', () => {
    expect(media.flatMap(each => examplesOf(each).flatMap(example => validate(each.schema, example)))).toEqual([]);
  });

  test('are given of every request and of every answer with fields', () => {
    const without = media.filter(each => examplesOf(each).length === 0).map(({ schema }) => schema);
    // Left are this document, and the page.
    expect(without).toEqual([{ type: 'object', properties: {}, additionalProperties: {} }, { type: 'string' }]);
  });
});

test('the version is that of the package', () => {
  expect(document.info.version).toBe(packageJson.version);
});
