/** A request whose end is long in coming. */
import { connectTo } from '../raw-connection.ts';
import { type Request, wired } from './request.ts';
import type { Tally } from './tally.ts';

export interface SlowRequest {
  /** Sends the rest; resolves with its answer. */
  finish(): Promise<void>;
}

export async function beginSlowly(podUrl: string, request: Request, tally: Tally): Promise<SlowRequest> {
  const connection = await connectTo(podUrl);
  const text = wired(request);
  connection.send(text.slice(0, -4));
  return {
    async finish() {
      connection.send(text.slice(-4));
      const answer = await connection.next();
      tally.count(request, answer?.status ?? 'the connection was closed');
      connection[Symbol.dispose]();
    },
  };
}
