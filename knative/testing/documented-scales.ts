/** docs/scaling/concurrency.md, read: the target of each function, and its memory. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface DocumentedScale {
  readonly name: string;
  /** Of the largest requests, not of usual ones. */
  readonly isLargest: boolean;
  readonly target: number;
  /** MiB, at the target, then at twice as many requests; absent where nothing was measured. */
  readonly memory: readonly [number, number] | undefined;
}

const text = readFileSync(path.join(import.meta.dirname, '../../docs/scaling/concurrency.md'), 'utf8');

/** A row of the table: the function, its target, and at the end its memory. */
const row =
  /^\| (?<name>[a-z-]+)(?<largest>, largest)? +\| (?<target>\d+) \|.* (?<atTarget>\d+|–) \| (?<atTwice>\d+|–) \|$/gm;

export const documentedScales: readonly DocumentedScale[] = [...text.matchAll(row)].map(({ groups = {} }) => {
  const [atTarget, atTwice] = [Number(groups.atTarget), Number(groups.atTwice)];
  const memory = Number.isNaN(atTarget) ? undefined : ([atTarget, atTwice] as const);
  return { name: groups.name ?? '', isLargest: groups.largest !== undefined, target: Number(groups.target), memory };
});
