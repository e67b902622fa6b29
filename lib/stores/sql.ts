/** Fragments of SQL that more than one statement needs. They take identifiers of ours, never data. */

/** A timestamp as RFC 3339 in UTC with milliseconds. */
export function rfc3339(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
