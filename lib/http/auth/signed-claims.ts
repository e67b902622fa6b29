/** What a token says, once its signature and its time are verified. */
import { type createLocalJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { TokenRules } from './token-rules.ts';

export type KeySet = ReturnType<typeof createLocalJWKSet>;
export type SignedClaims = JWTPayload & { readonly exp: number };

/** Neither `none` nor HMAC: with the latter, whoever knows the public key could sign. */
export const algorithms: readonly string[] = ['RS256', 'ES256', 'EdDSA'];

/** Seconds that two clocks may differ. */
export const skew = 30;

/** @throws {errors.JOSEError} of which JWKSNoMatchingKey says that the key is not among these */
export async function signedClaims(
  token: string,
  keys: KeySet,
  { issuer, audience, now }: Pick<TokenRules, 'issuer' | 'audience'> & { readonly now: Date },
): Promise<SignedClaims> {
  const options = {
    algorithms: [...algorithms],
    issuer,
    audience,
    clockTolerance: skew,
    currentDate: now,
  };
  const { exp, ...claims } = await verifiedBy(token, keys, options);
  if (exp === undefined) throw new errors.JWTInvalid('no exp');
  return { ...claims, exp };
}

async function verifiedBy(token: string, keys: KeySet, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // A token that names no key: any of those of its kind may have signed it.
    for await (const key of error) {
      const verified = await jwtVerify(token, key, options).catch(notThisKey);
      if (verified) return verified.payload;
    }
    throw error;
  }
}

function notThisKey(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
}
