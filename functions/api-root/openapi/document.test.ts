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

describe('bodies', () => {
  const schema = (name: string) => document.components.schemas[name] ?? {};
  const validate = openApiValidator(document);

  test.for([
    ['a title of 255 astral code points', { title: '😀'.repeat(255) }, true],
    ['one of 256', { title: '😀'.repeat(256) }, false],
    ['white space around a title', { title: `  ${'x'.repeat(255)}\n` }, true],
    ['white space for a title', { title: ' \t ' }, false],
    ['U+0000', { title: 'x', description: 'a\0b' }, false],
    ['a label twice', { title: 'x', labels: ['a', 'a'] }, false],
    ['21 labels', { title: 'x', labels: Array.from('abcdefghijklmnopqrstu') }, false],
    ['nobody', { title: 'x', assignee: null }, true],
    ['a day for an instant', { title: 'x', due_at: '2026-11-22' }, false],
    ['an unknown field', { title: 'x', owner: 'bob' }, false],
  ] as const)('%s', ([, body, allowed]) => {
    expect(validate(schema('NewTask'), body).length === 0).toBe(allowed);
  });

  test('defaults are told', () => {
    const { properties } = schema('NewTask');
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
