/** What is wrong with an object by the schema of its kind: the API server would drop an unknown field, and say nothing. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import { nginxGatewayFabric } from './nginx-gateway-fabric.ts';
import type { Schema } from './prune.ts';

interface Schemas {
  readonly $comment: string;
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly kinds: Readonly<Record<string, Schema>>;
}

const file = path.join(import.meta.dirname, 'kubernetes.json');
const { $comment, definitions, kinds }: Schemas = JSON.parse(readFileSync(file, 'utf8'));

/** Which versions they are of. */
export const schemasMadeOf = $comment;

// Their patterns are Go's, some of which are none with the flag u.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
for (const format of ['int-or-string', 'int32', 'int64', 'double', 'byte']) ajv.addFormat(format, true);

const checks = new Map<string, ValidateFunction>();

/** @returns a line for each fault: where, and what */
export function schemaFaults(object: KubernetesObject): string[] {
  const kind = `${object.apiVersion} ${object.kind}`;
  const check = checks.get(kind) ?? compiled(kind);
  if (check === undefined) return [`there is no schema of ${kind}`];
  checks.set(kind, check);
  if (check(object)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function compiled(kind: string): ValidateFunction | undefined {
  const schema = kinds[kind] ?? nginxGatewayFabric[kind];
  return schema && ajv.compile({ ...schema, definitions });
}
