/** The issuer's keys, as old as they may be: asked for again in time, and when a token names one that is not known. */
import { IssuerAway } from './issuer-away.ts';

export interface KeyCache<K> {
  /** @throws {IssuerAway} when there are none, and none can be had */
  current(): Promise<K>;
  /**
   * What the issuer says now, for a token whose key is not among the current ones.
   *
   * @returns the current ones while the issuer need not be asked again so soon
   * @throws {IssuerAway}
   */
  renewed(): Promise<K>;
}

/** Each change is told once. */
export interface KeyCacheObserver {
  away(cause: unknown): void;
  back(): void;
}

const MINUTE = 60_000;
/** From here on new keys are asked for; nobody waits for them yet. */
const REFRESH_AFTER = 5 * MINUTE;
/** A key that the issuer has withdrawn is not believed for longer than this, */
const MAX_AGE = 10 * MINUTE;
/** unless the issuer is away: better its last keys than no API. Its tokens end by themselves. */
const LAST_RESORT = 24 * 60 * MINUTE;
/** So long a failed attempt is taken as a sign that the issuer is away: nobody waits for the next one. */
const KNOWN_AWAY = MINUTE;
const RETRY = 2_000;
/** Anybody can name a key that does not exist: it must not become a flood at the issuer. */
const COOL_DOWN = 10_000;

/**
 * Begins to ask at once.
 *
 * @param load may return the same keys again
 * @param now milliseconds
 */
export function keyCache<K>(load: () => Promise<K>, observer: KeyCacheObserver, now: () => number): KeyCache<K> {
  let held: { readonly keys: K; readonly at: number } | undefined;
  let failed: { readonly cause: unknown; readonly at: number } | undefined;
  let lastRenewal = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  /** Asks once for all who want to know; never rejects. */
  function ask(): Promise<void> {
    asking ??= load()
      .then(answered(now()), refused)
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  function answered(at: number) {
    return (keys: K) => {
      held = { keys, at };
      if (failed) observer.back();
      failed = undefined;
    };
  }

  function refused(cause: unknown): void {
    if (!failed) observer.away(cause);
    failed = { cause, at: now() };
  }

  const failedWithin = (milliseconds: number) => failed !== undefined && now() - failed.at < milliseconds;

  function youngerThan(age: number): { readonly keys: K } | undefined {
    return held && now() - held.at < age ? held : undefined;
  }

  async function current(): Promise<K> {
    const young = youngerThan(REFRESH_AFTER);
    if (young) return young.keys;
    const asked = failedWithin(RETRY) ? undefined : ask();
    const usable = youngerThan(failedWithin(KNOWN_AWAY) ? LAST_RESORT : MAX_AGE);
    if (usable) return usable.keys;
    await asked;
    const last = youngerThan(LAST_RESORT);
    if (last) return last.keys;
    throw new IssuerAway(failed?.cause);
  }

  async function renewed(): Promise<K> {
    if (asking) await asking;
    else if (failed ? !failedWithin(RETRY) : now() - lastRenewal >= COOL_DOWN) {
      lastRenewal = now();
      await ask();
    }
    if (failed || !held) throw new IssuerAway(failed?.cause);
    return held.keys;
  }

  void ask();
  return { current, renewed };
}
