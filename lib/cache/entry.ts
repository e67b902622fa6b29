/** What a key holds in Redis: one string, an entry or a pending mark. */

/** A version of something, as the truth has it. Versions of one key only go up, from 1. */
export interface Entry {
  readonly version: number;
  /** Never parsed here; `undefined` says that in this version there is nothing. */
  readonly body: string | undefined;
}

/** Stands for a key that the truth does not know. */
export const unknown: Entry = { version: 0, body: undefined };

/** An entry, or none yet: then somebody may hold the lease, that is, be loading it. */
export type Held = { readonly entry: Entry } | { readonly lease: string | undefined };

/** `E<version> <body>`, `N<version>` when there is no body. */
export function encode({ version, body }: Entry): string {
  return body === undefined ? `N${version}` : `E${version} ${body}`;
}

/** Reads what `encode` wrote, or a pending mark (`P<floor>`, `P<floor> <lease>`), or nothing; never through the body. */
export function decode(value: unknown): Held {
  if (typeof value !== 'string') return { lease: undefined };
  const space = value.indexOf(' ');
  const rest = space === -1 ? undefined : value.slice(space + 1);
  if (value.startsWith('P')) return { lease: rest };
  return { entry: { version: Number(value.slice(1, space === -1 ? undefined : space)), body: rest } };
}
