/** A steady load on functions: each answer is counted, each that is not good is kept with what tells its cause. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Client } from '../../delivery/client.ts';
import type { Turn } from './deeds.ts';

export interface Failed {
  readonly at: string;
  readonly function: string;
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

export interface Tally {
  readonly function: string;
  readonly requests: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

export interface Outcome {
  readonly requests: number;
  readonly failed: readonly Failed[];
  readonly tallies: readonly Tally[];
  /** Good answers that were changes. */
  readonly changes: number;
}

export interface Load {
  end(): Promise<Outcome>;
}

/** @param rest milliseconds between a worker's requests */
export function startLoad(client: Client, turns: readonly Turn[], rest: number): Load {
  const times = new Map<string, number[]>();
  const failed: Failed[] = [];
  let changes = 0;
  let ended = false;

  function timesOf(name: string): number[] {
    const known = times.get(name) ?? [];
    times.set(name, known);
    return known;
  }

  async function work(turn: Turn): Promise<void> {
    while (!ended && !client.closed())
      for (const deed of turn) {
        const answer = await client.ask(deed.next());
        timesOf(deed.function).push(answer.milliseconds);
        if (answer.status !== deed.status) failed.push(failureOf(deed.function, answer));
        else if (deed.changes) changes += 1;
        await pause(rest);
      }
  }

  const working = turns.map(work);
  return {
    async end() {
      ended = true;
      await Promise.all(working);
      const tallies = [...times].map(([name, all]) =>
        tallyOf(name, all, failed.filter(each => each.function === name).length),
      );
      return { requests: [...times.values()].flat().length, failed, tallies, changes };
    },
  };
}

export function failureOf(name: string, { at, status, text, milliseconds }: Answer): Failed {
  const told = text.replaceAll(/\s+/g, ' ').slice(0, 300);
  return { at: at.toISOString(), function: name, status, text: told, milliseconds: Math.round(milliseconds) };
}

function tallyOf(name: string, times: readonly number[], failed: number): Tally {
  const at = quantilesOf(times);
  return { function: name, requests: times.length, failed, p50: at(0.5), p99: at(0.99), longest: at(1) };
}

/** @returns the whole milliseconds below which such a share lies */
export function quantilesOf(times: readonly number[]): (share: number) => number {
  const sorted = times.toSorted((one, other) => one - other);
  return share => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
