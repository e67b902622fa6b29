/** Tokens that were verified, so that a caller's next request need not pay for it again. */
import { hash } from 'node:crypto';
import type { Caller } from './caller.ts';

export interface Verified<K> {
  readonly caller: Caller;
  /** Milliseconds since 1970 at which the token ends. */
  readonly until: number;
  /** The issuer's keys that it was verified with: when they change, it is verified anew. */
  readonly keys: K;
}

export interface RememberedTokens<K> {
  /** @returns the caller while the token has not ended, and these are still the keys it was verified with */
  recall(token: string, keys: () => Promise<K>): Promise<Caller | undefined>;
  remember(token: string, verified: Verified<K>): void;
}

/**
 * Keeps digests, not the tokens: a heap dump is no bunch of keys.
 *
 * @param limit how many; those that were not used for longest are forgotten
 */
export function rememberedTokens<K>(limit: number, now: () => number): RememberedTokens<K> {
  const tokens = new Map<string, Verified<K>>();
  const digestOf = (token: string) => hash('sha256', token, 'base64url');

  return {
    async recall(token, keys) {
      const digest = digestOf(token);
      const known = tokens.get(digest);
      if (!known) return undefined;
      tokens.delete(digest);
      if (known.until <= now() || known.keys !== (await keys())) return undefined;
      tokens.set(digest, known);
      return known.caller;
    },
    remember(token, verified) {
      tokens.set(digestOf(token), verified);
      const [oldest] = tokens.keys();
      if (tokens.size > limit && oldest !== undefined) tokens.delete(oldest);
    },
  };
}
