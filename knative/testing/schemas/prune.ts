/**
 * A schema of OpenAPI 3 as one of JSON Schema that says only what a manifest may hold: without descriptions, without rules
 * in CEL, without the status that a controller writes.
 */
export type Schema = { readonly [keyword: string]: unknown };

const kept = new Set([
  ...['type', 'required', 'enum', 'const', 'nullable', 'format', 'pattern', '$ref'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
]);

/**
 * A custom resource. The API server drops the fields that its schema does not name, unless that says otherwise: here they
 * are refused. What stands under allOf, anyOf, oneOf and not only limits what is named elsewhere.
 */
export function pruned(schema: Schema, position: 'names fields' | 'limits' = 'names fields'): Schema {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] };
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined;
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([keyword]) => kept.has(keyword))),
    ...(typeof schema.pattern === 'string' && { pattern: patternOf(schema.pattern) }),
    ...children(schema, position),
    ...(position === 'names fields' && schema.type === 'object' && !open && { additionalProperties: false }),
  };
}

/** Go's flag for the rest of a pattern is JavaScript's for a group. */
function patternOf(pattern: string): string {
  return pattern.includes('(?i)') ? `(?i:${pattern.replace('(?i)', '')})` : pattern;
}

function children(schema: Schema, position: 'names fields' | 'limits'): Schema {
  const { properties, items, additionalProperties, not } = schema;
  return {
    ...(isSchema(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, isSchema(each) ? pruned(each, position) : {}]),
      ),
    }),
    ...(isSchema(items) && { items: pruned(items, position) }),
    ...(isSchema(additionalProperties) && { additionalProperties: pruned(additionalProperties, position) }),
    ...(isSchema(not) && { not: pruned(not, 'limits') }),
    ...Object.fromEntries(
      ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => {
        const several = schema[keyword];
        return Array.isArray(several) ? [[keyword, several.map(each => pruned(each, 'limits'))]] : [];
      }),
    ),
  };
}

/** One of Kubernetes' own, which refer to each other: what has no fields of its own may hold anything. */
export function prunedDefinition(schema: Schema): Schema {
  const { properties } = schema;
  const limits = pruned(schema, 'limits');
  return isSchema(properties) ? { ...limits, additionalProperties: false } : limits;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
