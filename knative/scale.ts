/** The scale of a function that waits for requests. */
import type { Contract, JobContract } from '../lib/http/contract.ts';
import { rareScale, type Scale } from '../lib/http/scale.ts';

export type Serving = Exclude<Contract, JobContract>;

export function scaleOf({ scale }: Serving): Scale {
  return { ...rareScale, ...scale };
}

export function isServing(contract: Contract): contract is Serving {
  return contract.kind !== 'job';
}
