/** Conditional requests (RFC 9110, 13): lists of entity tags, and what they say of a version. */
import { etag } from './answer.ts';
import type { Checked } from './faults.ts';

export interface EntityTag {
  readonly weak: boolean;
  /** With its quotes. */
  readonly tag: string;
}

/** `*`, or the tags that were listed. */
export type Condition = '*' | readonly EntityTag[];

const entityTag = /^(W\/)?("[\x21\x23-\x7e\x80-\xff]*")$/;

/** @returns the condition, undefined when the header is absent; a fault when it is malformed */
export function parseCondition(
  name: 'If-Match' | 'If-None-Match',
  header: string | undefined,
): Checked<Condition | undefined> {
  if (header === undefined) return { value: undefined };
  if (header.trim() === '*') return { value: '*' };
  const tags: EntityTag[] = [];
  for (const part of splitTags(header)) {
    const match = entityTag.exec(part);
    if (!match?.[2]) return { faults: [{ header: name, detail: 'Not a list of entity tags, nor *.' }] };
    tags.push({ weak: match[1] !== undefined, tag: match[2] });
  }
  return tags.length > 0 ? { value: tags } : { faults: [{ header: name, detail: 'Empty.' }] };
}

/** The versions that a strong comparison accepts, all when undefined; a weak tag matches nothing. */
export function versionsMeant(condition: Condition | undefined): number[] | undefined {
  if (condition === undefined || condition === '*') return undefined;
  return condition.filter(({ weak }) => !weak).flatMap(({ tag }) => versionOf(tag));
}

/** Whether a weak comparison with the version's ETag finds a match. */
export function weaklyMatches(condition: Condition, version: number): boolean {
  return weaklyMatchesTag(condition, etag(version));
}

/** @param current with its quotes */
export function weaklyMatchesTag(condition: Condition, current: string): boolean {
  return condition === '*' || condition.some(({ tag }) => tag === current);
}

function versionOf(tag: string): number[] {
  const digits = /^"([1-9]\d{0,9})"$/.exec(tag)?.[1];
  const version = Number(digits);
  return digits !== undefined && version < 2 ** 31 ? [version] : [];
}

/** Splits at commas outside quotes; empty elements are allowed in a list (RFC 9110, 5.6.1). */
function splitTags(header: string): string[] {
  const parts = header.match(/(?:"[^"]*"|[^,"])+|"/g) ?? [];
  return parts.map(part => part.trim()).filter(part => part !== '');
}
