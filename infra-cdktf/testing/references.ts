/** What a resource refers to in its stack. */
import { attributesOf } from './attributes-of.ts';
import type { Resource, Stack } from './synthesized.ts';

export interface Reference {
  /** `google_sql_user.drill`, `local.password`. */
  readonly to: string;
  /** Absent of a local. */
  readonly attribute: string | undefined;
}

const expression = /\$\{([^}]*)\}/g;
const reference = /\b(?:(google_\w+\.[\w-]+)\.(\w+)|(local\.[\w-]+))/g;

export function referencesOf(resource: Resource): Reference[] {
  const texts = attributesOf(resource).map(({ value }) => String(value));
  return texts
    .flatMap(text => [...text.matchAll(expression)].map(([, inner = '']) => inner))
    .flatMap(inner => [...inner.matchAll(reference)])
    .map(([, to, attribute, local = '']) => ({ to: to ?? local, attribute }));
}

/** A resource that leads back to itself, with the way; none when a plan has an order. */
export function cycleIn({ resources }: Stack): string[] | undefined {
  const next = new Map(resources.map(each => [`${each.type}.${each.id}`, referencesOf(each).map(({ to }) => to)]));
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way, node];
    if (done.has(node)) return undefined;
    for (const each of next.get(node) ?? []) {
      const cycle = visit(each, [...way, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of next.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
