/** JSON Schema 2020-12, as the schemas of an OpenAPI document need it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { OpenApiDocument, Schema } from '../../functions/api-root/openapi/openapi-object.ts';

/** @returns what is wrong with a value; nothing when it is as the schema says */
export type Validate = (schema: Schema, value: unknown) => string[];

export function openApiValidator({ components }: OpenApiDocument): Validate {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const checks = new Map<Schema, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const check = checks.get(schema) ?? ajv.compile({ ...schema, components });
    checks.set(schema, check);
    if (check(value)) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'it'} ${message}`);
  };
}
