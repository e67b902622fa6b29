/** Idempotency keys: the first answer to a key is kept with the change itself, and given again. */
import type { Answer } from '../http/answer.ts';
import { type Idempotency, isSameInput } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import type { Queryable } from '../stores/postgresql.ts';
import { TooSlow } from '../stores/unavailable.ts';

/** How long a key is kept: a PostgreSQL interval. */
export const idempotencyKeyLifetime = '24 hours';

/**
 * Claims a key within a transaction. A claim by another transaction is waited for, within the transaction's lock time-out.
 *
 * @returns the answer that the key has got already
 * @throws {Problem} 422 when the key came with other input; 409 when its first request is still running
 */
export async function claimKey(db: Queryable, tenant: string, idempotency: Idempotency): Promise<Answer | undefined> {
  if (await claim(db, tenant, idempotency)) return undefined;
  const { key, fingerprint } = idempotency;
  const [held] = await db.query<{ fingerprint: string; answer: Answer }>({
    name: 'held-key',
    text: 'select fingerprint, answer from idempotency_keys where tenant = $1 and key = $2',
    values: [tenant, key],
  });
  // It was purged in between.
  if (!held) return claimKey(db, tenant, idempotency);
  if (!isSameInput(held.fingerprint, fingerprint)) {
    throw new Problem('idempotency-key-reused', {
      detail: 'This Idempotency-Key came with another route, path or body.',
    });
  }
  return { ...held.answer, headers: { ...held.answer.headers, 'idempotency-replayed': 'true' } };
}

/** @returns whether the key is now this transaction's */
async function claim(db: Queryable, tenant: string, { key, fingerprint }: Idempotency): Promise<boolean> {
  try {
    const claimed = await db.query({
      name: 'claim-key',
      text: `
        insert into idempotency_keys as held (tenant, key, fingerprint) values ($1, $2, $3)
        on conflict (tenant, key) do update
          set fingerprint = excluded.fingerprint, created_at = excluded.created_at, answer = null
          where held.created_at < now() - interval '${idempotencyKeyLifetime}'
        returning key`,
      values: [tenant, key, fingerprint],
    });
    return claimed.length > 0;
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    const detail = 'The first request with this Idempotency-Key has not ended.';
    throw new Problem('conflict', { detail, headers: { 'retry-after': '1' } }, error);
  }
}

export async function keepAnswer(db: Queryable, tenant: string, { key }: Idempotency, answer: Answer): Promise<void> {
  await db.query({
    name: 'keep-answer',
    text: 'update idempotency_keys set answer = $3 where tenant = $1 and key = $2',
    values: [tenant, key, JSON.stringify(answer)],
  });
}
