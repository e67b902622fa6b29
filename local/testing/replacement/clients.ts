/** Clients of a service, each of which asks one thing after the other, and nothing twice. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from './request.ts';
import type { Tally } from './tally.ts';

export interface Clients {
  /** Until each of them has been answered so many times more, or something has failed. */
  more(answers: number): Promise<void>;
  /** Resolves when the last answer has come. */
  end(): Promise<void>;
}

/** @param sources each client's next request */
export function startClients(url: string, sources: readonly (() => Request)[], tally: Tally): Clients {
  const answers = sources.map(() => 0);
  let ended = false;
  const isOver = () => ended || tally.failures.length > 0;

  const asking = sources.map(async (next, number) => {
    while (!isOver()) {
      const request = next();
      tally.count(request, await ask(url, request));
      answers[number] = (answers[number] ?? 0) + 1;
    }
  });
  return {
    async more(wanted) {
      const aims = answers.map(count => count + wanted);
      while (!isOver() && answers.some((count, number) => count < (aims[number] ?? 0))) await pause(10);
    },
    async end() {
      ended = true;
      await Promise.all(asking);
    },
  };
}

async function ask(url: string, { method, path, body }: Request): Promise<number | string> {
  const sent = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
  try {
    const response = await fetch(url + path, { method, ...sent });
    const text = await response.text(); // one that is cut throws
    return response.status < 500 ? response.status : `${response.status} ${text}`;
  } catch (error) {
    return String(error);
  }
}
