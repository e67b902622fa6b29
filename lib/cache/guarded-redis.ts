/** Redis behind a gate and a breaker: whatever becomes of it, few wait for it, and none for long. */
import { type ObserveCall, unobserved } from '../stores/observe-store.ts';
import { type Command, openRedis, type RedisSession } from '../stores/redis.ts';
import { TooSlow, Unavailable } from '../stores/unavailable.ts';
import { type BreakerState, makeBreaker } from './breaker.ts';
import { ANSWER_MS, makeGate, type Outcome } from './gate.ts';
import { patience } from './patience.ts';

export interface GuardedRedis {
  /** The run of the server that is connected, be the breaker open or closed. */
  session(): RedisSession | undefined;
  /** The same; the first five who ask in the first 50 ms of the first connection wait for it. */
  firstSession(): Promise<RedisSession | undefined>;
  /** One command, for this session or not at all; never rejects. */
  run(session: RedisSession, command: Command): Promise<Outcome>;
  state(): BreakerState;
  close(): Promise<void>;
}

const FIRST_WAITERS = 5;

/**
 * Begins to connect, and returns at once. The breaker opens when the connection is lost or an answer is overdue; only a
 * heartbeat that is itself answered in time closes it.
 *
 * @param changed told once for each change of the breaker
 */
export function openGuardedRedis(
  url: string,
  changed: (state: BreakerState, cause?: Error) => void,
  observe: ObserveCall = unobserved,
): GuardedRedis {
  const breaker = makeBreaker(changed);
  const first = Promise.withResolvers<void>();
  let firstWaiters = 0;
  let cancelFirst = () => {};

  const redis = openRedis(url, {
    beat(_session, roundTrip) {
      if (roundTrip > ANSWER_MS) return;
      breaker.close();
      endFirst();
    },
    lost: shut,
  });
  const gate = makeGate(redis.send, () => shut(new Error(`Redis has not answered for ${ANSWER_MS} ms`)));

  function shut(cause: Error): void {
    breaker.open(cause);
    gate.abandon();
    endFirst();
  }

  function endFirst(): void {
    firstWaiters = FIRST_WAITERS;
    cancelFirst();
    first.resolve();
  }

  /** Told to who observes as what it is, and to who asked as an outcome. */
  function ask(command: Command): Promise<Outcome> {
    return observe(async () => {
      const outcome = await gate.pass(command);
      if (outcome === 'error') throw failure();
      return outcome;
    }).catch(() => 'error');
  }

  /** Why there is no reply, as long as nothing else has happened since. */
  function failure(): Error {
    if (redis.session() === undefined) return new Unavailable('redis', 'the connection is lost');
    return breaker.state() === 'open' ? new TooSlow('redis', 'it owes an answer') : new Error('redis refused');
  }

  async function firstSession(): Promise<RedisSession | undefined> {
    if (firstWaiters < FIRST_WAITERS) {
      firstWaiters++;
      if (firstWaiters === 1) cancelFirst = patience(ANSWER_MS, endFirst);
      await first.promise;
    }
    return redis.session();
  }

  return {
    session: redis.session,
    firstSession,
    async run(session, command) {
      const sameRun = redis.session()?.runId === session.runId;
      return sameRun && breaker.state() === 'closed' ? ask(command) : 'bypass';
    },
    state: breaker.state,
    async close() {
      endFirst();
      gate.abandon();
      await redis.close();
    },
  };
}
