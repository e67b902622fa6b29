/** zod's schemas as JSON Schema; those that have a name become components. */
import * as z from 'zod/mini';
import { isSchema, type Schema } from './openapi-object.ts';

export interface SchemaCollector {
  /** @param side what a client sends, or what it is answered */
  of(schema: z.ZodMiniType, side: 'input' | 'output'): Schema;
  /** The named ones that were met so far. */
  readonly named: Readonly<Record<string, Schema>>;
}

export function schemaCollector(): SchemaCollector {
  const named: Record<string, Schema> = {};
  return {
    named,
    of(schema, side) {
      const { $schema, $defs = {}, ...own } = z.toJSONSchema(schema, { io: side, override: withDefault });
      for (const [name, definition] of Object.entries($defs)) named[name] = mend(definition);
      return mend(own);
    },
  };
}

/** Where a transformation follows, zod leaves the default out: it is one of the output. It is what a client wants to know. */
function withDefault({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Schema }): void {
  const { def } = zodSchema._zod;
  if (def.type === 'default') Object.assign(jsonSchema, { default: def.defaultValue });
}

function mend(schema: Schema): Schema {
  const mended = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, mendValue(value)]));
  return withoutNoise(withNullAsType(mended));
}

function mendValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mendValue);
  if (typeof value === 'string') return value.replace(/^#\/\$defs\//, '#/components/schemas/');
  return isSchema(value) ? mend(value) : value;
}

/** A type or null, as a list of types: every other keyword says nothing about null. */
function withNullAsType(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [some, none]: unknown[] = anyOf;
  if (!isSchema(some) || !isSchema(none) || none.type !== 'null') return schema;
  if (typeof some.type !== 'string' || 'enum' in some || 'const' in some) return schema;
  return { ...some, ...rest, type: [some.type, 'null'] };
}

/** A number in a query is text to zod; and a name of a property is always text. */
function withoutNoise({ pattern, propertyNames, maximum, ...schema }: Schema): Schema {
  return {
    ...schema,
    ...(pattern !== undefined && schema.type !== 'integer' && { pattern }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
}
