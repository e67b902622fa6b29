import { randomUUID } from 'node:crypto';

const sane = /^[A-Za-z0-9._:+/=-]{1,128}$/;

/** The caller's `X-Request-Id` when it is 1–128 harmless characters, else a new one. */
export function requestId(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && sane.test(header) ? header : randomUUID();
}
