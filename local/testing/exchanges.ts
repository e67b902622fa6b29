/** What a process asks its stores, one thing after the other, and how far each has come: a test may stop it there. */
import type { Carry } from './gate.ts';

/** Where an exchange stands: half of the question has reached the store, or all of it, or the answer is on its way. */
export type Moment = 'half asked' | 'asked' | 'answered';

export interface Exchange {
  /** What is asked, and for which time: `update 1`. */
  readonly name: string;
  readonly moment: Moment;
}

/** `stop`: what has not passed by now never does. */
export type Watch = (exchange: Exchange) => 'pass' | 'stop';

/**
 * Makes the carriers of several gates. Questions are counted by name over all of them.
 *
 * @param markers by name, bytes that stand at the beginning of this question and in no other
 */
export function watchedExchanges(markers: Readonly<Record<string, string>>, watch: Watch): Carry {
  const counts = new Map<string, number>();
  const nameOf = (data: Buffer) => {
    const found = Object.entries(markers).find(([, marker]) => data.includes(marker));
    if (!found) return undefined;
    const count = (counts.get(found[0]) ?? 0) + 1;
    counts.set(found[0], count);
    return `${found[0]} ${count}`;
  };

  return (client, server) => {
    let asking: string | undefined;
    let stopped = false;
    const stops = (moment: Moment) => {
      if (asking !== undefined) stopped ||= watch({ name: asking, moment }) === 'stop';
      return stopped;
    };
    client.on('data', data => {
      if (stopped) return;
      asking = nameOf(data) ?? asking;
      const half = data.length >> 1;
      server.write(data.subarray(0, half));
      if (stops('half asked')) return;
      server.write(data.subarray(half));
      stops('asked');
    });
    server.on('data', data => {
      if (stops('answered')) return;
      asking = undefined;
      client.write(data);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  };
}
