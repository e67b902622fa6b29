/** docs/scaling/concurrency.md, read: the target of each function, its times, and its memory. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface DocumentedScale {
  readonly name: string;
  /** Of the largest requests, not of usual ones. */
  readonly isLargest: boolean;
  readonly target: number;
  /** Milliseconds: of the processor that a request takes, and until one that is alone is answered. */
  readonly time: { readonly processor: number; readonly alone: number } | undefined;
  /** MiB, at the target, then at twice as many requests; absent where nothing was measured. */
  readonly memory: readonly [number, number] | undefined;
}

const text = readFileSync(path.join(import.meta.dirname, '../../docs/scaling/concurrency.md'), 'utf8');

/** A row of the table: the function, its target, its times, and at the end its memory. */
const row =
  /^\| (?<name>[a-z-]+)(?<largest>, largest)? +\| (?<target>\d+) \| (?<processor>[\d.]+|–) \| (?<alone>[\d.]+|–) \|.* (?<atTarget>\d+|–) \| (?<atTwice>\d+|–) \|$/gm;

export const documentedScales: readonly DocumentedScale[] = [...text.matchAll(row)].map(({ groups = {} }) => {
  const [atTarget, atTwice] = [Number(groups.atTarget), Number(groups.atTwice)];
  const [processor, alone] = [Number(groups.processor), Number(groups.alone)];
  return {
    name: groups.name ?? '',
    isLargest: groups.largest !== undefined,
    target: Number(groups.target),
    time: Number.isNaN(processor) ? undefined : { processor, alone },
    memory: Number.isNaN(atTarget) ? undefined : ([atTarget, atTwice] as const),
  };
});
