/** What a deploy writes on a Service, so that whoever comes after it, or finds it dead, knows what was so before. */
import type { FunctionState } from './cluster.ts';

const key = (name: string) => `delivery.task-manager/${name}`;

export const notes = {
  /** The revision that had all traffic before the last deploy. */
  before: key('revision-before'),
  /** The commit that that one was of. */
  commitBefore: key('commit-before'),
  /** `moving` from the first change on; a dead deploy leaves it so. */
  state: key('state'),
  /** The commit that the image was built from, where a release said so. */
  commit: key('commit'),
  /** On the CronJob of the migration: the image that has run to its end. */
  migrated: key('migrated'),
} as const;

export type Progress = 'moving' | 'taking-back' | 'moved' | 'taken-back';

export function progressOf({ annotations }: FunctionState): Progress | undefined {
  const said = annotations[notes.state];
  return said === 'moving' || said === 'taking-back' || said === 'moved' || said === 'taken-back' ? said : undefined;
}

export function isUnfinished(state: FunctionState): boolean {
  const progress = progressOf(state);
  return progress === 'moving' || progress === 'taking-back';
}

/** The revision with most of the traffic: undefined while there is none, as of a Service that was never ready. */
export function servingRevision({ traffic }: Pick<FunctionState, 'traffic'>): string | undefined {
  return traffic.toSorted((one, other) => other.percent - one.percent).find(({ percent }) => percent > 0)?.revision;
}

/** Whether the newest revision is ready, and answers all requests. */
export function isSettled({ ready, created, readied, traffic, pinned }: FunctionState): boolean {
  return (
    ready &&
    !pinned &&
    created === readied &&
    traffic.length > 0 &&
    traffic.every(({ revision, percent }) => percent === 0 || revision === created)
  );
}
