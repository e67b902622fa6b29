/** What browsers may show to pages of other origins (the Fetch standard's CORS protocol). Off unless origins are named. */
import * as z from 'zod/mini';
import type { Answer } from './answer.ts';
import type { Route } from './contract.ts';
import type { Exchange } from './exchange.ts';
import type { ReadEnvironment } from './function.ts';
import { allowedMethods } from './route.ts';

export interface Cors {
  /**
   * Announces to whom the answer may be shown.
   *
   * @param routes those of the path
   * @returns the answer, when the request is a preflight to one of them
   */
  answer(exchange: Exchange, routes: readonly Route[]): Answer | undefined;
}

const origins = z.pipe(
  z.transform((text: unknown) => (typeof text === 'string' ? text.split(',').map(origin => origin.trim()) : text)),
  z
    .array(z.string())
    .check(
      z.refine(
        list => (list.length === 1 && list[0] === '*') || list.every(isOrigin),
        'must be * or origins with commas between, each as browsers send it: https://app.example.com',
      ),
    ),
);

const corsVariables = { CORS_ORIGINS: z.optional(origins) };

const allowedHeaders = 'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id';

/** What a page may read, beside what the standard always shows it. */
const exposedHeaders = [
  'ETag',
  'Location',
  'Allow',
  'X-Cache',
  'X-Request-Id',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Idempotency-Replayed',
  'WWW-Authenticate',
].join(', ');

/** Seconds for which a browser need not ask again. */
const preflightAge = '600';

export function readCors(read: ReadEnvironment): Cors {
  const { CORS_ORIGINS } = read(corsVariables);
  if (CORS_ORIGINS === undefined) return { answer: () => undefined };
  const all = CORS_ORIGINS.includes('*');
  const allowed = new Set(CORS_ORIGINS);
  const allowOrigin = (origin: string | undefined): Record<string, string> => {
    if (all) return { 'access-control-allow-origin': '*' };
    return origin !== undefined && allowed.has(origin) ? { 'access-control-allow-origin': origin } : {};
  };

  return {
    answer({ req, announce }, routes) {
      const origin = allowOrigin(req.headers.origin);
      announce({ ...origin, 'access-control-expose-headers': exposedHeaders, vary: 'Origin' });
      if (!isPreflight(req) || routes.length === 0) return undefined;
      return {
        status: 204,
        headers: {
          'access-control-allow-methods': allowedMethods(routes),
          'access-control-allow-headers': allowedHeaders,
          'access-control-max-age': preflightAge,
        },
        body: undefined,
      };
    },
  };
}

/** Its two headers tell it from an OPTIONS that asks for itself. */
function isPreflight({ method, headers }: Exchange['req']): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** As a browser sends it (RFC 6454, 6.2): without a path, without the scheme's own port, in lower case. */
function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
