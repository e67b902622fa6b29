/** Takes the lock, or says who holds it: a pid, or `undefined` when it is changing hands this very moment. */
export function tryLock(path: string): { release(): void } | { heldBy: number | undefined };

/** Runs `work` while holding the lock; `onWait` is told once who is waited for. */
export function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options?: { onWait?: (pid: number | undefined) => void },
): Promise<T>;
