/** Redis behind a gate and a breaker: whatever becomes of it, few wait for it, and none for long. */
import { traceStoreCall } from '../observability/store-call.ts';
import { type Command, openRedis, type RedisSession } from '../stores/redis.ts';
import { type BreakerState, makeBreaker } from './breaker.ts';
import { ANSWER_MS, type Gate, makeGate, type Outcome } from './gate.ts';
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
export function openGuardedRedis(url: string, changed: (state: BreakerState, cause?: Error) => void): GuardedRedis {
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
  const gate = traced(makeGate(redis.send, () => shut(new Error(`Redis has not answered for ${ANSWER_MS} ms`))));

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
      return sameRun && breaker.state() === 'closed' ? gate.pass(command) : 'bypass';
    },
    state: breaker.state,
    async close() {
      endFirst();
      gate.abandon();
      await redis.close();
    },
  };
}

/** With the wait for the gate, which is what a caller waits for. */
function traced(gate: Gate): Gate {
  return { ...gate, pass: command => traceStoreCall('redis', command[0], () => gate.pass(command)) };
}
