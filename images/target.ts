/** The stage of the Dockerfile that is a function's image. */
import type { Contract } from '../lib/http/contract.ts';

export type Target = 'function' | 'job-with-postgresql-programs';

export function targetOf(contract: Contract): Target {
  const programs = contract.kind === 'job' && contract.needs?.includes('postgresql-programs');
  return programs ? 'job-with-postgresql-programs' : 'function';
}
