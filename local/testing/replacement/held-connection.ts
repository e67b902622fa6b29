/** A connection that is used again and again, as by a proxy that reads no /readyz: until its server says that it closes it. */
import { setTimeout as pause } from 'node:timers/promises';
import { connectTo } from '../raw-connection.ts';
import { type Request, wired } from './request.ts';
import type { Tally } from './tally.ts';

/** Milliseconds from an answer to the next request: it is idle most of the time. */
const idle = 20;

export interface HeldConnection {
  /** Resolves when the server has said so. One that closes it without a word fails a request. */
  readonly over: Promise<void>;
}

/** Has been used once. */
export async function holdConnection(podUrl: string, next: () => Request, tally: Tally): Promise<HeldConnection> {
  const connection = await connectTo(podUrl);
  const isKept = async () => {
    const request = next();
    connection.send(wired(request));
    const answer = await connection.next();
    tally.count(request, answer?.status ?? 'the connection was closed');
    return answer?.headers.connection === 'keep-alive';
  };
  const useOn = async () => {
    do await pause(idle);
    while (await isKept());
  };
  const kept = await isKept();
  const over = (kept ? useOn() : Promise.resolve()).finally(() => connection[Symbol.dispose]());
  return { over };
}
