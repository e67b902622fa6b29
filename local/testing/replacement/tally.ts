/** Every request, and what came of it. */
import type { Request } from './request.ts';

export interface Tally {
  /** @param outcome its status, or what came instead of one */
  count(request: Request, outcome: number | string): void;
  /** How many were answered as they should be. */
  answered(method?: Request['method']): number;
  readonly failures: readonly string[];
}

export function openTally(): Tally {
  const answered: Request['method'][] = [];
  const failures: string[] = [];
  return {
    count({ method, path, status }, outcome) {
      if (outcome === status) answered.push(method);
      else failures.push(`${method} ${path}: ${outcome}`);
    },
    answered: method => answered.filter(each => method === undefined || each === method).length,
    failures,
  };
}
