/** The contract, asked where a release has just gone: with a token all of it, without one what is open to all. */
import { Failure } from '../local/failure.ts';
import type { Client } from './client.ts';
import { walk, walkInTheOpen } from './contract-walk.ts';

export type Smoke = () => Promise<{ readonly checks: number; readonly faults: readonly string[] }>;

/** @param extent `whole` needs a client that may read and write */
export function smokeOf(client: Client, extent: 'whole' | 'open'): Smoke {
  return async () => {
    const { checks, faults } = await (extent === 'whole' ? walk(client) : walkInTheOpen(client));
    return { checks, faults: faults.map(({ check, text }) => `${check}: ${text.replaceAll(/\s+/g, ' ')}`) };
  };
}

/** @throws {Failure} with what was not answered as promised */
export async function passSmoke(smoke: Smoke): Promise<number> {
  const { checks, faults } = await smoke();
  if (faults.length === 0) return checks;
  throw new Failure('asking the API', faults.slice(0, 5).join('\n'), 'npm run smoke -- --url URL asks the same');
}
