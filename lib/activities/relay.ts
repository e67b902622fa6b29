/** The relay: moves what waits in the outbox, in two lanes that never wait for each other. */
import type { Queryable } from '../stores/postgresql.ts';
import { type Lane, passLane, type WaitingRow, waitingRows } from './outbox.ts';

/**
 * Takes a batch out of a lane.
 *
 * @returns the ids of the rows that are through, which may be fewer than were given
 * @throws when nothing is known of any
 */
export type LaneWork = (rows: readonly WaitingRow[]) => Promise<readonly string[]>;

export interface LaneOptions {
  readonly db: Queryable;
  readonly lane: Lane;
  readonly work: LaneWork;
  /** Told of each pass that failed. */
  onError(error: unknown): void;
}

export interface RelayLane {
  /** Runs a pass over all that waits now; callers during a pass share the next one. Never rejects. */
  pass(): Promise<void>;
  /** Lets the batch under way end, and begins no other. */
  close(): Promise<void>;
}

/** Rows per batch: with the largest changes there are, some 70 MB. */
const batchSize = 200;
/** Milliseconds between passes: while rows wait, and otherwise. */
const pace = { waiting: 1_000, idle: 10_000 };

/**
 * Opens a lane that passes on its own clock and when it is asked to. No transaction is open while `work` waits for
 * another store: it would hold back the change feed.
 */
export function openLane({ db, lane, work, onError }: LaneOptions): RelayLane {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();
  let next: Promise<void> | undefined;

  /** @returns whether rows still wait */
  async function batch(): Promise<'more' | 'none' | 'stuck'> {
    const rows = await waitingRows(db, lane, batchSize);
    if (rows.length === 0) return 'none';
    const through = await work(rows);
    if (through.length === 0) return 'stuck';
    await passLane(db, lane, through);
    return rows.length === batchSize ? 'more' : 'none';
  }

  async function run(): Promise<void> {
    clearTimeout(timer);
    let left: 'more' | 'none' | 'stuck' = 'more';
    try {
      while (left === 'more' && !closed) left = await batch();
    } catch (error) {
      left = 'stuck';
      onError(error);
    }
    if (!closed) timer = setTimeout(pass, left === 'none' ? pace.idle : pace.waiting);
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
