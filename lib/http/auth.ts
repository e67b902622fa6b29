/** Who asks, by the token that came with the request. */
import type { Telemetry } from '../observability/telemetry.ts';
import { bearerToken } from './auth/bearer.ts';
import type { Caller } from './auth/caller.ts';
import { readTokenRules, type TokenRules } from './auth/token-rules.ts';
import type { ReadEnvironment, Resource } from './function.ts';

export interface Auth extends Resource {
  /**
   * @param authorization the header
   * @throws {Problem} 401
   * @throws {IssuerAway} when nothing can be said of the token
   */
  callerOf(authorization: string | undefined): Promise<Caller>;
}

export function readAuth(read: ReadEnvironment): (telemetry: Telemetry) => Auth {
  const rules = readTokenRules(read);
  return telemetry => (rules ? openTokens(rules, telemetry) : noTokens);
}

const anonymous = { tenant: 'local', actor: 'anonymous', scopes: new Set(['tasks:read', 'tasks:write']) };

/** Everybody is anonymous, of the one tenant there is. */
const noTokens: Auth = { callerOf: async () => anonymous, close: async () => {} };

/** What verifies them is loaded here and not before: a process that asks for none does not pay for it. */
function openTokens(rules: TokenRules, telemetry: Telemetry): Auth {
  const verifier = import('./auth/token-verifier.ts').then(module => module.openTokenVerifier(rules, telemetry));
  return {
    async callerOf(authorization) {
      const token = bearerToken(authorization);
      return (await verifier).verify(token);
    },
    close: async () => (await verifier).close(),
  };
}
