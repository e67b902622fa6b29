/** The Authorization header, and the challenges that answer it (RFC 6750). */
import type { Scope } from '../contract.ts';
import { Problem } from '../problem.ts';

const bearer = /^bearer +([\w.~+/-]+=*) *$/i;

/** @throws {Problem} 401; without an error code when no token was sent, or one of another scheme (RFC 6750, 3.1) */
export function bearerToken(authorization = ''): string {
  const token = bearer.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw /^bearer( |$)/i.test(authorization) ? invalidToken() : tokenRequired();
}

function tokenRequired(): Problem {
  return unauthorized('This needs a token: Authorization: Bearer …', 'realm="task-manager"');
}

/** Does not say why: who forges tokens would learn from it. */
export function invalidToken(cause?: unknown): Problem {
  return unauthorized('The token is not valid.', 'error="invalid_token"', cause);
}

export function insufficientScope(scope: Scope): Problem {
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  return new Problem('forbidden', {
    detail: `The token lacks the scope ${scope}.`,
    headers: { 'www-authenticate': challenge },
  });
}

function unauthorized(detail: string, challenge: string, cause?: unknown): Problem {
  return new Problem('unauthorized', { detail, headers: { 'www-authenticate': `Bearer ${challenge}` } }, cause);
}
