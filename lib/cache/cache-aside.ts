/**
 * Cache-aside over Redis: reads come from Redis or, through it, from the truth; writes are put into it after their commit.
 * Nothing fails because Redis does, and no answer marked `hit` or `miss` is older than one given before it was asked for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BreakerState } from './breaker.ts';
import type { Entry, Rendering } from './entry.ts';
import { type GuardedRedis, openGuardedRedis } from './guarded-redis.ts';
import { type Load, makeReader, type Pause, type Reading } from './reader.ts';
import { LATE_MS, raise } from './scripts.ts';
import { beginWrite, type PutOutcome, type Write } from './writer.ts';

/** `bypass`: the truth was read, but Redis does not know. */
export type CacheResult = 'hit' | 'miss' | 'bypass';

export interface CacheAside {
  /**
   * @param load may be called by several readers at once; what it throws is thrown to all who wait for it
   * @returns `entry` is undefined when the truth knows no such key
   */
  read(key: string, load: Load): Promise<{ entry: Entry | undefined; cache: CacheResult }>;
  /** To be awaited before the statement that changes something begins. */
  begin(): Promise<Write>;
  /** Drops whatever is older than these versions; `false` when Redis has not taken all of them, and must be told again. */
  repair(rows: readonly Repair[]): Promise<boolean>;
  /** `open` while Redis is not asked. */
  state(): BreakerState;
  close(): Promise<void>;
}

export interface Repair {
  readonly key: string;
  readonly version: number;
  /** Seconds since the version was made, when they are known. */
  readonly age?: number;
}

/** What became of an operation; of a repair only `raised`, `bypass` and `error`. */
export type CacheOutcome = Reading['outcome'] | PutOutcome;

/** What is tolerated when Redis fails is counted and told here; there is no other sign of it. */
export interface CacheObserver {
  operation(name: 'read' | 'put' | 'repair', outcome: CacheOutcome): void;
  /** Told once for each change; `cause` says why it opened. */
  breaker(state: BreakerState, cause?: Error): void;
}

export interface CacheOptions {
  readonly ttlSeconds: number;
  /** Processes of different renderings may share a cache: each takes the other's bodies for none, its versions for floors. */
  readonly rendering?: Rendering;
  readonly observer: Pick<CacheObserver, 'operation'>;
}

const REPAIRED_TOGETHER = 100;

/** Begins to connect; what is asked meanwhile is answered without Redis. Closing it closes the connection. */
export function openCache(url: string, options: CacheOptions & { readonly observer: CacheObserver }): CacheAside {
  return cacheAside(
    openGuardedRedis(url, (state, cause) => options.observer.breaker(state, cause)),
    options,
  );
}

/**
 * The same on a connection that others use, too.
 *
 * @param pause between two looks at what another process is loading, or at a Redis that is full
 */
export function cacheAside(
  redis: GuardedRedis,
  { ttlSeconds, rendering = 'only', observer }: CacheOptions,
  pause: Pause = sleep,
): CacheAside {
  const storing = { rendering, ttlMs: ttlSeconds * 1_000 };
  const readThrough = makeReader(redis, storing, pause);
  const currentSession = () => redis.session() ?? redis.firstSession();

  return {
    async read(key, load) {
      const session = await currentSession();
      const { entry, outcome }: Reading = session
        ? await readThrough({ session, key: `${session.runId}:${key}`, load })
        : { entry: await load(), outcome: 'bypass' };
      observer.operation('read', outcome);
      return { entry, cache: results[outcome] };
    },

    async begin() {
      const done = (outcome: PutOutcome) => observer.operation('put', outcome);
      return beginWrite(redis, await currentSession(), { storing, done });
    },

    async repair(rows) {
      const session = await currentSession();
      if (session === undefined) return false;
      for (let i = 0; i < rows.length; i += REPAIRED_TOGETHER) {
        const together = rows.slice(i, i + REPAIRED_TOGETHER);
        const floors = together.map(({ key, version }) => ({ key: `${session.runId}:${key}`, version }));
        let said = await redis.run(session, raise(floors));
        const isYoung = together.some(({ age = 0 }) => age * 1_000 <= 2 * LATE_MS);
        if (typeof said === 'object' && said.reply === 'dropped' && isYoung) {
          await pause(2 * LATE_MS); // what is older and on its way may still come, and then goes
          said = await redis.run(session, raise(floors));
        }
        observer.operation('repair', typeof said === 'string' ? said : 'raised');
        if (typeof said === 'string') return false;
      }
      return true;
    },

    state: redis.state,
    close: redis.close,
  };
}

const results: Readonly<Record<Reading['outcome'], CacheResult>> = {
  hit: 'hit',
  none: 'hit',
  miss: 'miss',
  bypass: 'bypass',
  error: 'bypass',
};
