/** The relay's clock: a lane passes when it is asked to, and again while something waits. Lanes never wait for each other. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What a batch leaves behind: more to move, nothing, or only what cannot be moved now. */
export type Left = 'more' | 'none' | 'stuck';

export interface LaneOptions {
  /**
   * Moves one batch. No transaction may be open while it waits for another store: that would hold back the change feed.
   *
   * @throws when nothing is known of what became of it
   */
  batch(): Promise<Left>;
  /** Told of each pass: what it failed of, or undefined. */
  onEnd(failure: unknown): void;
}

export interface RelayLane {
  /** Runs a pass over all that waits now; callers during a pass share the next one, in the trace of the first. Never rejects. */
  pass(): Promise<void>;
  /** Lets the batch under way end, and begins no other. */
  close(): Promise<void>;
}

/** Milliseconds between passes: while rows wait, and otherwise. A cache whose writer could not tell it is right within 5 s. */
const pace = { waiting: 1_000, idle: 3_000 };

/** Opens a lane that passes on its own clock and when it is asked to. */
export function openLane({ batch, onEnd }: LaneOptions): RelayLane {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();
  let next: Promise<void> | undefined;
  /** In nobody's trace: who asked for a pass did not ask for those that follow it. */
  const passByClock = AsyncLocalStorage.bind(pass);

  async function run(): Promise<void> {
    clearTimeout(timer);
    let left: Left = 'more';
    try {
      while (left === 'more' && !closed) left = await batch();
      onEnd(undefined);
    } catch (error) {
      left = 'stuck';
      onEnd(error);
    }
    if (!closed) timer = setTimeout(passByClock, left === 'none' ? pace.idle : pace.waiting);
  }

  function pass(): Promise<void> {
    next ??= current.then(() => {
      next = undefined;
      current = run();
      return current;
    });
    return next;
  }

  void pass();
  return {
    pass,
    async close() {
      closed = true;
      clearTimeout(timer);
      await (next ?? current);
    },
  };
}
