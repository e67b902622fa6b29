/** What a key holds in Redis: one string, an entry or a pending mark. */

/** A version of something, as the truth has it. Versions of one key only go up, from 1. */
export interface Entry {
  readonly version: number;
  /** Never parsed here; `undefined` says that in this version there is nothing. */
  readonly body: string | undefined;
}

/** How the bodies of one cache are written: a word of letters, digits and hyphens. What is written otherwise is not read. */
export type Rendering = string;

/** Stands for a key that the truth does not know. */
export const unknown: Entry = { version: 0, body: undefined };

/** An entry, or none yet: then somebody may hold the lease, that is, be loading it. */
export type Held = { readonly entry: Entry } | { readonly lease: string | undefined };

/** `E<version> <rendering> <body>`; `N<version>` when there is no body, which is the same in every rendering. */
export function encode({ version, body }: Entry, rendering: Rendering): string {
  return body === undefined ? `N${version}` : `E${version} ${rendering} ${body}`;
}

/**
 * Reads what `encode` wrote, or a pending mark (`P<floor>`, `P<floor> <lease>`), or nothing; never through the body. An
 * entry of another rendering is none: whoever asks for its lease gets it.
 */
export function decode(value: unknown, rendering: Rendering): Held {
  if (typeof value !== 'string') return { lease: undefined };
  const space = value.indexOf(' ');
  const version = Number(value.slice(1, space === -1 ? undefined : space));
  if (value.startsWith('N')) return { entry: { version, body: undefined } };
  if (value.startsWith('P')) return { lease: space === -1 ? undefined : value.slice(space + 1) };
  const body = space + rendering.length + 2;
  if (value.slice(space + 1, body) !== `${rendering} `) return { lease: undefined };
  return { entry: { version, body: value.slice(body) } };
}
