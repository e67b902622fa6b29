import { etag } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';

/** The task has another version than the change was meant for. */
export class VersionConflict extends Problem {
  /** @param current the version that the task has */
  constructor(current: number) {
    super('precondition-failed', { detail: `The task is at version ${current}.`, headers: { etag: etag(current) } });
  }
}
