/** Values that a JSON Schema allows, for the keywords that our document uses. */
import fc from 'fast-check';
import { isSchema, type OpenApiDocument, type Schema } from '../../functions/api-root/openapi/openapi-object.ts';

export type ArbitraryOf = (schema: Schema) => fc.Arbitrary<unknown>;

export function arbitrariesOf({ components }: OpenApiDocument): ArbitraryOf {
  const of: ArbitraryOf = schema => {
    if (typeof schema.$ref === 'string') return of(components.schemas[schema.$ref.replace(/^.*\//, '')] ?? {});
    if ('const' in schema) return fc.constant(schema.const);
    const choices = schema.oneOf ?? schema.anyOf;
    if (Array.isArray(choices)) return fc.oneof(...choices.filter(isSchema).map(of));
    if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
    if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map(type => of({ ...schema, type })));
    return ofType(schema, of);
  };
  return of;
}

function ofType(schema: Schema, of: ArbitraryOf): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'object':
      return objects(schema, of);
    case 'array':
      return arrays(schema, of);
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer({ min: number(schema.minimum, 0), max: number(schema.maximum, 2 ** 31) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      throw new Error(`no values are known of ${JSON.stringify(schema)}`);
  }
}

function objects({ properties, required }: Schema, of: ArbitraryOf): fc.Arbitrary<unknown> {
  const fields = Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, schema]) =>
    isSchema(schema) ? [[name, of(schema)] as const] : [],
  );
  const requiredKeys = Array.isArray(required) ? required.filter(name => typeof name === 'string') : [];
  return fc.record(Object.fromEntries(fields), { requiredKeys });
}

function arrays({ items, minItems, maxItems, uniqueItems }: Schema, of: ArbitraryOf): fc.Arbitrary<unknown> {
  const constraints = { minLength: number(minItems, 0), maxLength: number(maxItems, 10) };
  const item = of(isSchema(items) ? items : {});
  return uniqueItems === true ? fc.uniqueArray(item, constraints) : fc.array(item, constraints);
}

function strings({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return instants;
  if (typeof pattern === 'string' && pattern !== anyText) return fc.stringMatching(new RegExp(pattern, 'u'));
  const constraints = { minLength: number(minLength, 0), maxLength: number(maxLength, 40) };
  const some = fc.string({ unit: 'binary', ...constraints }).map(text => text.replaceAll('\0', ' '));
  const longest = fc.constantFrom('x', '\u{1f600}').map(unit => unit.repeat(constraints.maxLength));
  return fc.oneof({ weight: 9, arbitrary: some }, { weight: 1, arbitrary: longest });
}

const anyText = String.raw`^[^\u0000]*$`;

const instants = fc
  .tuple(
    fc.date({ min: new Date('0001-01-03'), max: new Date('9999-12-29'), noInvalidDate: true }),
    fc.constantFrom('Z', '+05:30', '-11:00', 'z'),
  )
  .map(([date, offset]) => date.toISOString().replace('Z', offset));

function number(given: unknown, otherwise: number): number {
  return typeof given === 'number' ? given : otherwise;
}
