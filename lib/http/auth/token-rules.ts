/** What a token must be like, as the environment says. */
import * as z from 'zod/mini';
import type { ReadEnvironment } from '../function.ts';
import { isTrusted } from './trusted-url.ts';

export interface TokenRules {
  /** As it stands in the tokens; its metadata are below it. */
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
}

/** There is no default: a forgotten variable must not open the door. */
const modeVariables = { AUTH_MODE: z.enum(['disabled', 'oidc'], 'must be disabled or oidc') };

const oidcVariables = {
  AUTH_ISSUER: z.string().check(
    z.refine(isTrusted, 'must be a URL with https://, or with http:// on this machine'),
    z.refine(text => !/[?#]/.test(text), 'must have neither a query nor a fragment'),
  ),
  AUTH_AUDIENCE: z.string(),
  AUTH_TENANT_CLAIM: z._default(z.string(), 'sub'),
};

/** @returns undefined when nobody is asked for a token */
export function readTokenRules(read: ReadEnvironment): TokenRules | undefined {
  if (read(modeVariables).AUTH_MODE === 'disabled') return undefined;
  const { AUTH_ISSUER, AUTH_AUDIENCE, AUTH_TENANT_CLAIM } = read(oidcVariables);
  return { issuer: AUTH_ISSUER, audience: AUTH_AUDIENCE, tenantClaim: AUTH_TENANT_CLAIM };
}
