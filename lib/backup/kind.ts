/** For how long a backup is kept: the first of a month longest, the first of a week longer than the others. */
import type { Kind } from './manifest.ts';

/** Days after which the bucket's lifecycle ends the backups of a kind, whole or not. */
export const keptDays: Readonly<Record<Kind, number>> = { daily: 14, weekly: 70, monthly: 400 };

/**
 * By what there is rather than by the calendar alone: the month has its backup, too, when the job failed on its first day.
 *
 * @param takenAt RFC 3339, UTC
 * @param made the names of all whole backups
 */
export function kindOf(takenAt: string, made: readonly string[]): Kind {
  const has = (kind: Kind, since: string) =>
    made.some(name => name >= `${kind}/${since}` && name.startsWith(`${kind}/`));
  if (!has('monthly', takenAt.slice(0, 7))) return 'monthly';
  if (!has('weekly', mondayOf(takenAt)) && !has('monthly', mondayOf(takenAt))) return 'weekly';
  return 'daily';
}

/** The first day of the week, as ISO 8601 has it. */
function mondayOf(takenAt: string): string {
  const day = new Date(takenAt);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
