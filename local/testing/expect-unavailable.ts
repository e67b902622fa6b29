/** A 503 as the API promises it: a problem that says when to try again, and nothing of what is inside. */
import { expect } from 'vitest';
import type { Reply } from './api.ts';

/** Names of stores and hosts, SQL, codes of errors, lines of a stack. */
const inside =
  /postgres|mongo|redis|valkey|127\.0\.0\.1|localhost|\bsql|\bE[A-Z]{4,}\b|\.[cm]?[jt]s\b|\b(select|insert|update|commit|rollback)\b/;

export function expectUnavailable({ status, headers, text, json }: Reply): void {
  expect([status, headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(json.type).toMatch(/^\/problems\/(unavailable|timeout)$/);
  expect(Object.keys(json).toSorted()).toEqual(['detail', 'request_id', 'status', 'title', 'type']);
  expect(text).not.toMatch(inside);
}
