/** What a schema finds wrong, as faults that name their place. */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Fault, Place } from './problem.ts';

z.config(en());

export type Checked<T> = { readonly value: T; readonly faults?: never } | { readonly faults: readonly Fault[] };

/**
 * @param place names the place of a path into the value, the path of an unknown key included
 */
export function check<S extends z.ZodMiniType>(
  schema: S,
  value: unknown,
  place: (path: readonly PropertyKey[]) => Place,
): Checked<z.output<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const faults = result.error.issues.flatMap((issue): Fault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({ ...place([...issue.path, key]), detail: 'Unknown.' }))
      : [{ ...place(issue.path), detail: issue.message }],
  );
  return { faults };
}

/** A JSON pointer (RFC 6901). */
export function pointer(path: readonly PropertyKey[]): Place {
  return { pointer: path.map(key => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') };
}

export function parameter(path: readonly PropertyKey[]): Place {
  return { parameter: String(path[0]) };
}
