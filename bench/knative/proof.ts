/** What every part of the proof is given, and what it gives back. */
import type { Client } from '../../delivery/client.ts';
import type { Cluster } from '../../delivery/cluster.ts';
import type { Turn } from './deeds.ts';
import type { Failed } from './load.ts';

export interface Proof {
  readonly cluster: Cluster;
  readonly client: Client;
  /** Requests for each function that the gateway reaches. */
  readonly turns: readonly Turn[];
  /** How often what is measured is measured. */
  readonly rounds: number;
  say(line: string): void;
}

export interface Result {
  readonly name: string;
  /** What was measured, by its name. */
  readonly figures: Readonly<Record<string, string | number>>;
  readonly requests: number;
  readonly failed: readonly Failed[];
}
