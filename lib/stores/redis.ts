/** The connection to Redis: one per process. It comes back by itself, and stores up no command while it is away. */
import type { ConnectionOptions } from 'node:tls';
import { Redis } from 'ioredis';

export type Command = readonly [name: string, ...args: (string | number)[]];

/** What came of one command: Redis's reply, or the error that Redis or the connection gave instead. */
export type Answer = { readonly reply: unknown } | { readonly error: Error };

/** One run of one server, as of the last heartbeat. */
export interface RedisSession {
  /** Another one after a restart, and on the replica that takes over after a failover. */
  readonly runId: string;
  /** Redis's own clock, in milliseconds since 1970. It may be late, by as long as an answer takes, but never early. */
  now(): number;
}

export interface RedisObserver {
  /** A heartbeat was answered, `roundTrip` milliseconds after it was sent, by a server that takes writes. */
  beat(session: RedisSession, roundTrip: number): void;
  /** There is no connection, or its server takes no writes. Told after every failed attempt to connect, too. */
  lost(cause: Error): void;
}

export interface RedisStore {
  /** `undefined` from the moment the connection is lost until the first heartbeat of the next one. */
  session(): RedisSession | undefined;
  /** Sends the commands in one write, at once or never. Answers stand in the order of the commands; never rejects. */
  send(commands: readonly Command[]): Promise<Answer[]>;
  /** `down` also when the connection stands, but no heartbeat has been answered for a second. */
  health(): 'up' | 'down';
  /** Afterwards nothing of it keeps the process alive, not even when the server hangs. */
  close(): Promise<void>;
}

const BEAT_MS = 250;
const SLOW_MS = 50;
const OVERDUE_MS = 1_000;

/**
 * `rediss://…?ca=` names, in PEM, the authority that signs for this one server: whoever has a certificate of it is the
 * server, under whatever address it was reached.
 */
function authorityOf(url: string): { tls?: ConnectionOptions } {
  const ca = new URL(url).searchParams.get('ca');
  return ca === null ? {} : { tls: { ca, checkServerIdentity: () => undefined } };
}

/** Begins to connect, and goes on trying until it is closed; returns at once, and never throws because Redis is away. */
export function openRedis(url: string, observer: RedisObserver): RedisStore {
  let session: RedisSession | undefined;
  let clock: Clock | undefined;
  let connection = 0;
  let failures = 0;
  let lastError: Error | undefined;
  let lastBeat = Number.NEGATIVE_INFINITY;
  let nextBeat: NodeJS.Timeout | undefined;
  let closed = false;

  const redis = new Redis(url, {
    connectTimeout: 1_000,
    socketTimeout: 2_000, // a handshake or a heartbeat without an answer ends the connection
    disconnectTimeout: 100,
    retryStrategy: () => Math.min(25 * 2 ** ++failures, 500) * (0.5 + Math.random() / 2),
    enableReadyCheck: false, // the first heartbeat is the check
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0, // what was sent before a disconnect fails at once
    reconnectOnError: error => error.message.startsWith('READONLY'), // a failover made this primary a replica
    disableClientInfo: true,
    ...authorityOf(url),
  });
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  redis.on('ready', () => {
    lastError = undefined;
    void beat(++connection);
  });
  redis.on('close', () => {
    connection++;
    clearTimeout(nextBeat);
    lose(lastError ?? new Error('Redis closed the connection'));
  });

  /**
   * UNLINK asks whether the server takes writes (a replica, and one that loads its data or can't save it, does not),
   * TIME what its clock says, INFO which run of which server it is.
   */
  async function beat(ofConnection: number): Promise<void> {
    const sent = performance.now();
    const answers = await send([['unlink', 'heartbeat'], ['time'], ['info', 'server']]);
    const received = performance.now();
    if (ofConnection !== connection) return;
    let pause = BEAT_MS;
    try {
      const [, time, info] = answers.map(replyOf);
      clock = nextClock(clock, { runId: runIdIn(info), offset: millisecondsIn(time) - received });
      session = sessionBy(clock);
      lastBeat = received;
      failures = 0;
      if (received - sent > SLOW_MS) pause = 0;
      observer.beat(session, received - sent);
    } catch (error) {
      lose(error instanceof Error ? error : new Error(String(error)));
    }
    nextBeat = setTimeout(beat, pause, ofConnection);
  }

  function lose(cause: Error): void {
    session = undefined;
    if (!closed) observer.lost(cause);
  }

  async function send(commands: readonly Command[]): Promise<Answer[]> {
    const batch = redis.pipeline();
    for (const [name, ...args] of commands) batch.call(name, ...args);
    const answers = await batch.exec();
    return (answers ?? []).map(([error, reply]) => (error ? { error } : { reply }));
  }

  return {
    session: () => session,
    send,
    health: () => (session !== undefined && performance.now() - lastBeat < OVERDUE_MS ? 'up' : 'down'),
    async close() {
      closed = true;
      session = undefined;
      connection++;
      const connected = redis.status === 'ready' || redis.status === 'connect' || redis.status === 'connecting';
      const ended = connected ? new Promise(resolve => redis.once('end', resolve)) : undefined;
      redis.disconnect();
      await ended;
    },
  };
}

/** A server's clock less this process's, at least: what passed between reading the one and the other is not in it. */
interface Clock {
  readonly runId: string;
  readonly offset: number;
  readonly before?: number;
}

/** Of two heartbeats the later clock is nearer the truth; of more, drift would make the oldest wrong. */
function nextClock(last: Clock | undefined, heard: Clock): Clock {
  return last?.runId === heard.runId ? { ...heard, before: last.offset } : heard;
}

function sessionBy({ runId, offset, before = offset }: Clock): RedisSession {
  const ahead = Math.max(offset, before);
  return { runId, now: () => performance.now() + ahead };
}

function replyOf(answer: Answer): unknown {
  if ('error' in answer) throw answer.error;
  return answer.reply;
}

function runIdIn(info: unknown): string {
  const runId = /^run_id:(\w+)/m.exec(String(info))?.[1];
  if (runId === undefined) throw new Error('Redis does not tell its run_id');
  return runId;
}

function millisecondsIn(time: unknown): number {
  if (!Array.isArray(time)) throw new Error('Redis does not tell the time');
  const [seconds, microseconds] = time;
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}
