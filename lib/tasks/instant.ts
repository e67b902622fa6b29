/** Instants as RFC 3339 writes them, in UTC with milliseconds. */
import * as z from 'zod/mini';

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * @returns the instant in UTC, cut to milliseconds; undefined when it is none, a leap second, or not within the years 1 to 9999
 */
export function parseInstant(text: string): string | undefined {
  const [, date, time, fraction = '', offset] = rfc3339.exec(text) ?? [];
  if (!date || !time || !offset || !exists(date)) return undefined;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const instant = new Date(`${date}T${time}.${milliseconds}${offset.toUpperCase()}`);
  if (Number.isNaN(instant.getTime())) return undefined;
  const inUtc = instant.toISOString();
  return /^\d{4}-/.test(inUtc) && !inUtc.startsWith('0000') ? inUtc : undefined;
}

/** Date takes 30 February for 2 March. */
function exists(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00.000Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

export const instant = z
  .pipe(
    z.string(),
    z.transform((text: string, context) => {
      const parsed = parseInstant(text);
      if (parsed === undefined) {
        context.issues.push({
          code: 'custom',
          input: text,
          message: 'Must be an RFC 3339 instant, such as 2026-11-22T09:00:00Z.',
        });
        return z.NEVER;
      }
      return parsed;
    }),
  )
  .register(z.globalRegistry, { format: 'date-time' });

/** An instant as it is answered. */
export const answeredInstant = z.string().register(z.globalRegistry, {
  format: 'date-time',
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`,
});
