/** Requests to an operation of an OpenAPI document: as it describes them, or broken in one of their parts. */
import fc from 'fast-check';
import type { OpenApiDocument, Operation, Parameter } from '../../functions/api-root/openapi/openapi-object.ts';
import type { RequestOptions } from './api.ts';
import { type ArbitraryOf, arbitrariesOf } from './arbitrary-of.ts';
import { resolve } from './described.ts';

export interface ArbitraryRequest {
  /** Whether every part is as the document says. */
  readonly described: boolean;
  readonly path: string;
  readonly options: RequestOptions;
}

/** A part of a request, in its name or broken. */
interface Part<T> {
  readonly described: boolean;
  readonly value: T;
}

/** @param ids tasks that are there: an id is often one of them */
export function arbitraryRequests(document: OpenApiDocument, ids: readonly string[]) {
  const of = arbitrariesOf(document);
  return (path: string, operation: Operation): fc.Arbitrary<ArbitraryRequest> => {
    const parameters = operation.parameters.map(each => resolve(each, document.components.parameters));
    const placed = (place: Parameter['in']) => parameters.filter(parameter => parameter.in === place);
    return fc
      .record({
        path: pathOf(path, placed('path'), ids),
        query: queryOf(placed('query'), of),
        headers: headersOf(placed('header'), of),
        body: bodyOf(operation, of),
      })
      .map(parts => ({
        described: Object.values(parts).every(({ described }) => described),
        path: parts.path.value + parts.query.value,
        options: { ...parts.body.value, headers: { ...parts.headers.value, ...parts.body.value.headers } },
      }));
  };
}

/** Mostly the first. */
function mostly<T>(described: fc.Arbitrary<T>, broken: fc.Arbitrary<T>): fc.Arbitrary<Part<T>> {
  return fc.oneof(
    { weight: 5, arbitrary: described.map(value => ({ described: true, value })) },
    { weight: 1, arbitrary: broken.map(value => ({ described: false, value })) },
  );
}

function pathOf(path: string, parameters: readonly Parameter[], ids: readonly string[]): fc.Arbitrary<Part<string>> {
  const segment = mostly(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, fc.uuid()),
    fc.string({ unit: 'binary', minLength: 1 }).filter(text => text !== '.' && text !== '..'),
  );
  return fc.tuple(...parameters.map(() => segment)).map(segments => ({
    described: segments.every(({ described }) => described),
    value: parameters.reduce(
      (filled, { name }, index) => filled.replace(`{${name}}`, () => encodeURIComponent(segments[index]?.value ?? '')),
      path,
    ),
  }));
}

function queryOf(parameters: readonly Parameter[], of: ArbitraryOf): fc.Arbitrary<Part<string>> {
  const values = Object.fromEntries(parameters.map(({ name, schema }) => [name, of(schema)]));
  const described = fc
    .record(values, { requiredKeys: [] })
    .map(given => search(Object.entries(given)))
    .filter(text => text.length < longestSearch);
  const names = fc.oneof(fc.constantFrom('', '__proto__', ...Object.keys(values)), fc.string());
  const broken = fc.array(fc.tuple(names, fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 4 }).map(search);
  return mostly(described, fc.oneof(broken, fc.constantFrom('?%', '?limit=%ff', '?q=%00')));
}

/** Of 16 KiB that node:http takes for a request's line and headers. */
const longestSearch = 12_000;

/** A list is repeated. */
function search(pairs: readonly (readonly [string, unknown])[]): string {
  const each = pairs.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return each.length === 0 ? '' : `?${new URLSearchParams(each)}`;
}

function headersOf(parameters: readonly Parameter[], of: ArbitraryOf): fc.Arbitrary<Part<Record<string, string>>> {
  const values = Object.fromEntries(parameters.map(({ name, schema }) => [name, of(schema).map(String)]));
  const printable = fc.stringMatching(/^[ -~]{0,40}$/);
  const names = Object.keys(values).filter(name => name !== 'X-Request-Id');
  const broken = names.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...names), printable);
  return mostly(fc.record(values, { requiredKeys: [] }), broken);
}

function bodyOf({ requestBody }: Operation, of: ArbitraryOf): fc.Arbitrary<Part<RequestOptions>> {
  if (!requestBody) return fc.constant({ described: true, value: {} });
  const [[type, { schema }] = ['application/json', { schema: {} }]] = Object.entries(requestBody.content);
  const sent = (body: string) => ({ body, headers: { 'content-type': type } });
  const described = of(schema).map(value => sent(JSON.stringify(value)));
  const broken = fc.oneof(
    fc
      .tuple(of(schema), fc.nat(), junk)
      .map(([value, at, instead]) => sent(JSON.stringify(replaced(value, at, instead)))),
    fc.tuple(of(schema), fc.nat()).map(([value, at]) => sent(JSON.stringify(value).slice(0, at % 40))),
    fc.tuple(of(schema), fc.string({ minLength: 1 })).map(([value, name]) => sent(withMember(value, name))),
    fc.constantFrom('text/plain', 'application/json; charset=latin1', 'nonsense').map(other => ({
      body: '{}',
      headers: { 'content-type': other },
    })),
  );
  return mostly(described, broken);
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('\0', '\ud800', '', ' ', 'x'.repeat(300), -1, 1e300, [[]], { __proto__: null }),
);

/** The value with one of its parts, counted from the root, replaced. */
function replaced(value: unknown, at: number, instead: unknown): unknown {
  const places: string[] = [];
  JSON.stringify(value, function count(this: unknown, key: string, part: unknown) {
    places.push(key);
    return part;
  });
  let left = at % places.length;
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => {
      left -= 1;
      return left === -1 ? instead : part;
    }) ?? 'null',
  );
}

function withMember(value: unknown, name: string): string {
  const member = `${JSON.stringify(name)}:1`;
  const text = JSON.stringify(value);
  return text === '{}' ? `{${member}}` : text.replace(/\}$/, `,${member}}`);
}
