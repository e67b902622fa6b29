/**
 * Writes kubernetes.json, the schemas of the kinds that knative/ uses: Kubernetes' own from its OpenAPI documents, the others
 * from the custom resource definitions in the Go modules of those who make them. Run by hand when a version changes; needs
 * Go and its module proxy:
 *
 *   node knative/testing/schemas/refresh.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Failure } from '../../../local/failure.ts';
import { goModule } from '../go-module.ts';
import { isSchema, pruned, prunedDefinition, type Schema } from './prune.ts';
import { custom, kubernetes, modules, ownKinds } from './sources.ts';

interface Definition {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

const namePrefix = '#/components/schemas/';
const spread = 'io.k8s.api.core.v1.TopologySpreadConstraint';
const metadata = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

async function schemas(): Promise<object> {
  const kinds: Record<string, Schema> = {};
  const documents = openApiDocuments(await goModule(kubernetes));
  const named = (name: string) => documents.find(each => name in each)?.[name] ?? {};
  for (const kind of ownKinds) {
    const name = documents.flatMap(each => Object.keys(each)).find(each => kindsOf(named(each)).includes(kind));
    if (name === undefined) throw new Failure('reading schemas', `there is no ${kind}`, `see ${kubernetes}`);
    kinds[kind] = { $ref: reference(name) };
  }
  for (const { module, folder, kinds: wanted } of custom) {
    const found = customKinds(path.join(await goModule(module), folder));
    for (const kind of wanted) {
      const schema = found.get(kind);
      if (schema === undefined) throw new Failure('reading schemas', `there is no ${kind}`, `see ${module}`);
      kinds[kind] = withOwnDefinitions(pruned(withoutStatus(schema)));
    }
  }
  return {
    $comment: `Made by knative/testing/schemas/refresh.ts of ${modules.join(', ')}`,
    definitions: definitionsFor(kinds, named),
    kinds,
  };
}

function openApiDocuments(folder: string): Readonly<Record<string, Schema>>[] {
  const documents = path.join(folder, 'api/openapi-spec/v3');
  const named = ['apps', 'batch', 'policy', 'networking.k8s.io', 'rbac.authorization.k8s.io'];
  const groups = ['api__v1', ...named.map(group => `apis__${group}__v1`)];
  return groups.map(
    group => JSON.parse(readFileSync(path.join(documents, `${group}_openapi.json`), 'utf8')).components.schemas,
  );
}

function kindsOf(schema: Schema): string[] {
  const kinds = schema['x-kubernetes-group-version-kind'];
  if (!Array.isArray(kinds)) return [];
  return kinds.map(({ group, version, kind }) => `${group ? `${group}/` : ''}${version} ${kind}`);
}

function customKinds(folder: string): Map<string, Schema> {
  const texts = readdirSync(folder).filter(file => file.endsWith('.yaml'));
  const documents = texts.flatMap(file => parseAllDocuments(readFileSync(path.join(folder, file), 'utf8')));
  const definitions: Definition[] = documents.map(document => document.toJS());
  return new Map(
    definitions
      .filter(each => each?.kind === 'CustomResourceDefinition')
      .flatMap(({ spec }) =>
        spec.versions.map(
          ({ name, schema }) => [`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema] as const,
        ),
      ),
  );
}

function withoutStatus(schema: Schema): Schema {
  if (!isSchema(schema.properties)) return schema;
  const { status, ...properties } = schema.properties;
  return { ...schema, properties };
}

/** What a definition leaves open because Kubernetes defines it: metadata, and what Knative takes behind a flag. */
function withOwnDefinitions(schema: Schema): Schema {
  return mapped(schema, (name, value) => {
    const whole = value.properties !== undefined && value.additionalProperties === false;
    if (name === 'metadata' && !whole) return { $ref: reference(metadata) };
    if (name === 'topologySpreadConstraints') return { type: 'array', items: { $ref: reference(spread) } };
    return value;
  });
}

function mapped(schema: Schema, change: (name: string, value: Schema) => Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      isSchema(value) ? mapped(change(name, value), change) : value,
    ]),
  );
}

/** All that the kinds refer to, and what that refers to. */
function definitionsFor(kinds: object, named: (name: string) => Schema): Record<string, Schema> {
  const definitions: Record<string, Schema> = {};
  const referred = (value: object): string[] => JSON.stringify(value).match(/(?<="#\/definitions\/)[^"]+/g) ?? [];
  for (const wanted = referred(kinds); wanted.length > 0; ) {
    const name = wanted.pop() ?? '';
    if (name in definitions) continue;
    const moved = JSON.stringify(prunedDefinition(withoutStatus(named(name)))).replaceAll(namePrefix, '#/definitions/');
    definitions[name] = JSON.parse(moved);
    wanted.push(...referred(definitions[name] ?? {}));
  }
  return Object.fromEntries(Object.entries(definitions).sort());
}

function reference(name: string): string {
  return `#/definitions/${name}`;
}

writeFileSync(path.join(import.meta.dirname, 'kubernetes.json'), `${JSON.stringify(await schemas())}\n`);
