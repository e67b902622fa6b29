/** The contract, as a delivery asks it after a release. */
import { walk } from '../../delivery/contract-walk.ts';
import { failureOf } from './load.ts';
import type { Proof, Result } from './proof.ts';

export async function contract({ client, say }: Pick<Proof, 'client' | 'say'>): Promise<Result> {
  const { checks, faults } = await walk(client);
  for (const { check, text } of faults) say(`  ${check}: ${text}`);
  return {
    name: 'contract',
    figures: { checks },
    requests: checks,
    failed: faults.map(({ check, text, at }) =>
      failureOf(check, { at, milliseconds: 0, status: 0, headers: {}, text }),
    ),
  };
}
