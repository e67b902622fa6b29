/** Whether Redis is asked at all. */

export type BreakerState = 'closed' | 'open';

export interface Breaker {
  state(): BreakerState;
  open(cause: Error): void;
  close(): void;
}

/**
 * Begins open.
 *
 * @param changed told once for each change, the first closing or failure included; `cause` says why it opened
 */
export function makeBreaker(changed: (state: BreakerState, cause?: Error) => void): Breaker {
  let state: BreakerState = 'open';
  let told: BreakerState | undefined;

  function become(next: BreakerState, cause?: Error): void {
    state = next;
    if (told === next) return;
    told = next;
    changed(next, cause);
  }

  return {
    state: () => state,
    open: cause => become('open', cause),
    close: () => become('closed'),
  };
}
