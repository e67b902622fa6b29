/** Whether a request may come in, and for whom: refused with 401, 403 or 429, in this order. */
import type { Telemetry } from '../observability/telemetry.ts';
import { insufficientScope } from './auth/bearer.ts';
import type { Caller } from './auth/caller.ts';
import { readAuth } from './auth.ts';
import type { Scope } from './contract.ts';
import type { Exchange } from './exchange.ts';
import type { ReadEnvironment, Resource } from './function.ts';
import { readRateLimit, tooManyRequests } from './rate-limit.ts';

export interface Admission extends Resource {
  /**
   * Announces what is left of the tenant's minute.
   *
   * @throws {Problem} 401, 403, 429
   * @throws {IssuerAway}
   */
  admit(exchange: Exchange): Promise<Caller>;
}

export function readAdmission(read: ReadEnvironment, scope: Scope): (telemetry: Telemetry) => Admission {
  const openAuth = readAuth(read);
  const openRateLimit = readRateLimit(read);
  return telemetry => {
    const auth = openAuth(telemetry);
    const rateLimit = openRateLimit(telemetry);
    return {
      async admit({ req, announce }) {
        const caller = await auth.callerOf(req.headers.authorization);
        if (!caller.scopes.has(scope)) throw insufficientScope(scope);
        const count = await rateLimit.count(caller.tenant);
        if (count) announce(count.headers);
        if (count?.verdict === 'exceeded') throw tooManyRequests(count);
        return caller;
      },
      close: async () => void (await Promise.all([auth.close(), rateLimit.close()])),
    };
  };
}
