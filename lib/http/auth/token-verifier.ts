/** Verifies JSON Web Tokens (RFC 7519) by their issuer's keys. Loaded only where tokens are asked for. */
import { createLocalJWKSet, decodeProtectedHeader, errors } from 'jose';
import * as z from 'zod/mini';
import type { Telemetry } from '../../observability/telemetry.ts';
import type { Resource } from '../function.ts';
import { invalidToken } from './bearer.ts';
import type { Caller } from './caller.ts';
import { callerOf } from './claims.ts';
import { fetchKeys } from './fetch-keys.ts';
import { IssuerAway } from './issuer-away.ts';
import { keyCache } from './key-cache.ts';
import { rememberedTokens } from './remembered-tokens.ts';
import { algorithms, type KeySet, type SignedClaims, signedClaims, skew } from './signed-claims.ts';
import type { TokenRules } from './token-rules.ts';

export interface TokenVerifier extends Resource {
  /**
   * @throws {Problem} 401
   * @throws {IssuerAway} when the issuer's keys are needed, and cannot be had
   */
  verify(token: string): Promise<Caller>;
}

/** What a test can set. */
export interface VerifierOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds that the issuer has to give its keys. */
  readonly patience?: number;
  /** How many verified tokens are remembered. */
  readonly memory?: number;
}

const jwkSet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).check(z.maxLength(100)) });

/** Begins to ask for the keys, and waits for nothing. */
export function openTokenVerifier(
  rules: TokenRules,
  { log, metrics }: Telemetry,
  { now = Date.now, patience = 3_000, memory = 10_000 }: VerifierOptions = {},
): TokenVerifier {
  const outcomes = metrics.counter('auth_tokens_total', 'Tokens that were sent, and what came of them.', ['outcome']);
  for (const outcome of ['verified', 'remembered', 'refused', 'unavailable']) outcomes.inc({ outcome }, 0);
  const closing = new AbortController();

  let last: { readonly text: string; readonly keys: KeySet } | undefined;
  const load = async () => {
    const text = await fetchKeys(rules.issuer, AbortSignal.any([closing.signal, AbortSignal.timeout(patience)]));
    // The same keys are the same object, and what was verified with them stays so.
    if (last?.text !== text) last = { text, keys: createLocalJWKSet(jwkSet.parse(JSON.parse(text))) };
    return last.keys;
  };
  const observer = {
    away: (error: unknown) => {
      if (!closing.signal.aborted) log.warn({ error }, 'the issuer of tokens is away: keys that are known stay in use');
    },
    back: () => log.info('the issuer of tokens answers'),
  };
  const keys = keyCache(load, observer, now);
  const remembered = rememberedTokens<KeySet>(memory, now);

  async function claimsOf(token: string): Promise<{ claims: SignedClaims; by: KeySet }> {
    const verifyBy = async (by: KeySet) => ({
      claims: await signedClaims(token, by, { ...rules, now: new Date(now()) }),
      by,
    });
    try {
      return await verifyBy(await keys.current());
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return verifyBy(await keys.renewed());
    }
  }

  async function verifyAnew(token: string): Promise<Caller> {
    // No key is needed to refuse these, so the issuer may be away.
    const { alg = 'none' } = decodeProtectedHeader(token);
    if (!algorithms.includes(alg)) throw new errors.JOSEAlgNotAllowed();
    const { claims, by } = await claimsOf(token);
    const caller = callerOf(claims, rules.tenantClaim);
    if (!caller) throw new errors.JWTInvalid('a claim names nobody');
    remembered.remember(token, { caller, keys: by, until: (claims.exp + skew) * 1000 });
    return caller;
  }

  return {
    async verify(token) {
      try {
        const known = await remembered.recall(token, keys.current);
        const caller = known ?? (await verifyAnew(token));
        outcomes.inc({ outcome: known ? 'remembered' : 'verified' });
        return caller;
      } catch (error) {
        const away = error instanceof IssuerAway;
        outcomes.inc({ outcome: away ? 'unavailable' : 'refused' });
        log.debug({ error }, 'token refused');
        throw away ? error : invalidToken(error);
      }
    },
    close: async () => closing.abort(),
  };
}
