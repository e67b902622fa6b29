/** The query string of a request, decoded strictly: what is malformed is a fault, never a guess. */
import type { Fault } from './problem.ts';

export interface Query {
  /** One text for each parameter; a list for those that may be repeated. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly faults: readonly Fault[];
}

/** @param repeatable parameters whose value is always a list */
export function parseQuery(search: string, repeatable: readonly string[] = []): Query {
  const faults: Fault[] = [];
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs(search)) {
    if (name === undefined || value === undefined) {
      faults.push({ parameter: name ?? '', detail: 'Not valid percent-encoded UTF-8.' });
    } else if (repeatable.includes(name)) {
      values.set(name, [...(values.get(name) ?? []), value]);
    } else {
      if (values.has(name)) faults.push({ parameter: name, detail: 'Given more than once.' });
      values.set(name, value);
    }
  }
  // fromEntries defines own properties: a parameter called __proto__ is one more unknown parameter.
  return { values: Object.fromEntries(values), faults };
}

/** Names and values as they were meant; undefined where that cannot be known. */
function pairs(search: string): Array<readonly [string | undefined, string | undefined]> {
  const texts = search.split('&').filter(text => text !== '');
  return texts.map(text => {
    const split = text.indexOf('=');
    return split < 0 ? [decode(text), ''] : [decode(text.slice(0, split)), decode(text.slice(split + 1))];
  });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
