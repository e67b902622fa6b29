import { Busy } from '../stores/busy.ts';
import { TenantErased } from '../stores/tenant-erased.ts';
import { TooSlow, Unavailable } from '../stores/unavailable.ts';
import { IssuerAway } from './auth/issuer-away.ts';
import { Problem } from './problem.ts';

/** The one place where an error becomes what a client sees. What is no Problem and no store's failure is a defect: 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const headers = { 'retry-after': '1' };
  if (error instanceof Unavailable) {
    return new Problem('unavailable', { detail: 'A store that this needs is out of reach.', headers }, error);
  }
  if (error instanceof Busy) {
    return new Problem('unavailable', { detail: 'Another job is at work.', headers: { 'retry-after': '60' } }, error);
  }
  if (error instanceof TenantErased)
    return new Problem('forbidden', { detail: 'The data of this tenant was erased.' }, error);
  if (error instanceof TooSlow) return timedOut(error);
  if (error instanceof IssuerAway) {
    return new Problem('unavailable', { detail: 'Tokens cannot be verified now.', headers }, error);
  }
  return new Problem('internal', { detail: 'The request failed because of a defect in this service.' }, error);
}

export function timedOut(cause?: unknown): Problem {
  const headers = { 'retry-after': '1' };
  return new Problem('timeout', { detail: 'The request was not answered in time.', headers }, cause);
}
