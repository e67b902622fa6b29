/** The Idempotency-Key of a request, and the fingerprint of what it was sent with. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Checked } from './faults.ts';

export interface Idempotency {
  readonly key: string;
  /** Digests of route, path and body, as it was sent and as it was understood. The same key must not come with another one. */
  readonly fingerprint: string;
}

const visible = /^[\x21-\x7e]{1,255}$/;

export function parseIdempotencyKey({ headers }: IncomingMessage): Checked<string | undefined> {
  const key = headers['idempotency-key'];
  if (key === undefined) return { value: undefined };
  if (typeof key === 'string' && visible.test(key)) return { value: key };
  return { faults: [{ header: 'Idempotency-Key', detail: 'Must be 1 to 255 visible characters.' }] };
}

/** What the key must always come with; the order of keys in an object does not count. */
export function idempotencyOf(
  key: string | undefined,
  place: readonly string[],
  { sent, meant }: { sent: unknown; meant: unknown },
): Idempotency | undefined {
  if (key === undefined) return undefined;
  return { key, fingerprint: `${digest([...place, sent])} ${digest([...place, meant])}` };
}

/**
 * Whether two fingerprints are of the same input: sent in the same words, which another revision may understand as a body
 * with more fields, or understood as the same.
 */
export function isSameInput(one: string, other: string): boolean {
  const [sent, meant] = other.split(' ');
  const [itsSent, itsMeant] = one.split(' ');
  return itsSent === sent || itsMeant === meant;
}

function digest(input: unknown): string {
  const sorted = JSON.stringify(input, (_, value: unknown) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('base64url');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
