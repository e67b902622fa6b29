/** What a verified token says of its bearer. */
import * as z from 'zod/mini';
import type { Caller } from './caller.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Code points; as much as the database and the cache's keys are made for. */
const longest = 255;

/** What PostgreSQL takes as text, and every log and answer can show. */
const name = z.string().check(
  z.minLength(1),
  z.refine(text => text.isWellFormed() && !text.includes('\0')),
  z.refine(text => [...text].length <= longest),
);

/** @returns undefined when a claim that names somebody is missing, or is no name */
export function callerOf(claims: Claims, tenantClaim: string): Caller | undefined {
  const tenant = name.safeParse(claims[tenantClaim]);
  const actor = name.safeParse(claims.sub);
  if (!tenant.success || !actor.success) return undefined;
  return { tenant: tenant.data, actor: actor.data, scopes: scopesOf(claims) };
}

/** `scope` with spaces (RFC 8693, 4.2), or `scp`, each as text or as a list: issuers differ. */
function scopesOf({ scope, scp }: Claims): ReadonlySet<string> {
  return new Set([scope, scp].flatMap(wordsOf));
}

function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter(word => typeof word === 'string') : [];
}
