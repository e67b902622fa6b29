/** Reads through the cache: an entry or, loaded by one reader for all who wait, the truth. */
import { randomUUID } from 'node:crypto';
import type { Command, RedisSession } from '../stores/redis.ts';
import { decode, type Entry, type Held, unknown } from './entry.ts';
import type { Outcome } from './gate.ts';
import type { GuardedRedis } from './guarded-redis.ts';
import { fill, get, lease, raise, release, type Storing } from './scripts.ts';

/** Reads the truth, and begins to when it is called; `undefined` when the truth knows no such key. */
export type Load = () => Promise<Entry | undefined>;

/** `none` is a hit of an entry without a body; `error` a bypass because Redis failed this very read. */
export interface Reading {
  readonly entry: Entry | undefined;
  readonly outcome: 'hit' | 'none' | 'miss' | 'bypass' | 'error';
}

/** A key, its prefix included, wanted by one caller. */
export interface Wanted {
  readonly session: RedisSession;
  readonly key: string;
  readonly load: Load;
}

/** Why a look gave no answer: another process is loading, or the load that was joined was refused by Redis. */
type NotYet = 'loading elsewhere' | 'refused';

/** How a load under a lease ended. What Redis did not store, only the one who loaded it may answer. */
interface Landing {
  readonly reading: Reading;
  readonly stored: boolean;
}

export type Pause = (milliseconds: number) => Promise<void>;

const POLL_MS = 10;
const patience: Readonly<Record<NotYet, number>> = { 'loading elsewhere': 5, refused: 3 };

/**
 * What is answered as `hit` or `miss` is known to Redis by then: it holds the version or a floor as high, so that nothing
 * older is answered to anyone who asks later. Otherwise the answer is a `bypass`.
 */
export function makeReader(redis: GuardedRedis, storing: Storing, pause: Pause): (wanted: Wanted) => Promise<Reading> {
  const { rendering } = storing;
  /** The loads of this process, by the token of their lease. */
  const flights = new Map<string, Promise<Landing | { readonly lease: string }>>();

  async function read(wanted: Wanted): Promise<Reading> {
    const looksLeft = { ...patience };
    for (;;) {
      const seen = await look(wanted);
      if (typeof seen === 'object') return seen;
      if (looksLeft[seen]-- === 0) return loadAlone(wanted);
      if (seen === 'loading elsewhere') await pause(POLL_MS);
    }
  }

  async function look(wanted: Wanted): Promise<Reading | NotYet> {
    const held = await ask(wanted, get(wanted.key));
    if (typeof held === 'string') return loadAround(wanted, held);
    if ('entry' in held) return hit(held.entry);
    return held.lease === undefined ? lead(wanted) : join(held.lease);
  }

  /** Known before Redis can name the lease to anyone, so that nobody takes it for another process's. */
  async function lead(wanted: Wanted): Promise<Reading | NotYet> {
    const token = randomUUID();
    const flight = fly(wanted, token).finally(() => flights.delete(token));
    flights.set(token, flight);
    const end = await flight;
    return 'lease' in end ? join(end.lease) : end.reading;
  }

  /** Only for who was told by Redis that this lease stands: what it loads is then not older than what was answered. */
  async function join(token: string): Promise<Reading | NotYet> {
    const flight = flights.get(token);
    if (flight === undefined) return 'loading elsewhere';
    const end = await flight;
    return 'stored' in end && end.stored ? end.reading : 'refused';
  }

  async function fly(wanted: Wanted, token: string): Promise<Landing | { readonly lease: string }> {
    const held = await ask(wanted, lease(wanted.key, token, rendering));
    if (typeof held === 'string') return { reading: await loadAround(wanted, held), stored: false };
    if ('entry' in held) return { reading: hit(held.entry), stored: false };
    if (held.lease === undefined) return { reading: await loadAround(wanted, 'bypass'), stored: false };
    return held.lease === token ? loadUnderLease(wanted, token) : { lease: held.lease };
  }

  async function loadUnderLease(wanted: Wanted, token: string): Promise<Landing> {
    const { session, key, load } = wanted;
    let said: Outcome = 'bypass';
    try {
      const entry = await load();
      said = await redis.run(session, fill(key, token, entry ?? unknown, storing));
      return { reading: { entry, outcome: loaded(said) }, stored: typeof said === 'object' && said.reply === 'stored' };
    } finally {
      if (said === 'bypass') void redis.run(session, release(key, token));
    }
  }

  async function loadAlone({ session, key, load }: Wanted): Promise<Reading> {
    const entry = await load();
    const said = await redis.run(session, raise([{ key, version: (entry ?? unknown).version }]));
    return { entry, outcome: loaded(said) };
  }

  async function ask({ session }: Wanted, command: Command): Promise<Held | 'bypass' | 'error'> {
    const said = await redis.run(session, command);
    return typeof said === 'string' ? said : decode(said.reply, rendering);
  }

  return read;
}

/** Reads the truth, and tells Redis nothing. */
async function loadAround({ load }: Wanted, outcome: 'bypass' | 'error'): Promise<Reading> {
  return { entry: await load(), outcome };
}

function hit(entry: Entry): Reading {
  if (entry.body !== undefined) return { entry, outcome: 'hit' };
  return { entry: entry.version === unknown.version ? undefined : entry, outcome: 'none' };
}

function loaded(said: Outcome): Reading['outcome'] {
  if (typeof said === 'string') return said;
  return said.reply === 'dropped' ? 'bypass' : 'miss';
}
