/** The secrets, ConfigMaps and settings that containers name, wherever in an object they stand. */
import type { KubernetesObject } from '../kubernetes-object.ts';

export interface Needs {
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
  readonly settings: { readonly needed: readonly string[]; readonly optional: readonly string[] };
}

interface Reference {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export function needsOf(objects: readonly KubernetesObject[]): Needs {
  const secrets = new Set<string>();
  const configMaps = new Set<string>();
  const needed = new Set<string>();
  const optional = new Set<string>();
  // JSON.stringify walks the tree.
  JSON.stringify(objects, (key, value: unknown) => {
    if (key === 'secretKeyRef' && isReference(value)) secrets.add(value.name);
    if (key === 'configMapKeyRef' && isReference(value)) {
      configMaps.add(value.name);
      (value.optional ? optional : needed).add(value.key);
    }
    return value;
  });
  return {
    secrets: [...secrets].sort(),
    configMaps: [...configMaps].sort(),
    settings: { needed: [...needed].sort(), optional: [...optional].sort() },
  };
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'name' in value && 'key' in value;
}
