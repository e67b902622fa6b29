/** Every value in a resource, with the path to it: `settings.backup_configuration.enabled`; lists leave no trace in it. */
import type { Resource } from './synthesized.ts';

export interface Attribute {
  readonly path: string;
  readonly value: string | number | boolean;
}

export function attributesOf({ values }: Resource): Attribute[] {
  return [...within('', values)];
}

function* within(path: string, value: unknown): Generator<Attribute> {
  if (Array.isArray(value)) for (const each of value) yield* within(path, each);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) yield* within(path === '' ? key : `${path}.${key}`, each);
  else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') yield { path, value };
}
