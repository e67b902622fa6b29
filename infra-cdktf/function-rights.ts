/** What a function may do with Google's own services, as its contract says: no account has more. */
import type { Contract } from '../lib/http/contract.ts';

export interface FunctionRights {
  readonly activityLog: 'none' | 'read' | 'write';
  readonly scratchLog: 'none' | 'write';
  /** `add` cannot overwrite or delete. */
  readonly backups: 'none' | 'read' | 'add';
}

/** Jobs that read the log, and leave it as it is. */
const readersOfTheLog: readonly string[] = ['back-up', 'drill'];
/** Backups, and the ledger of erasures. */
const adders: readonly string[] = ['back-up', 'erase-tenant'];

export function rightsOf(contract: Contract): FunctionRights {
  const { name, kind, stores } = contract;
  const needs: readonly string[] = contract.kind === 'job' ? (contract.needs ?? []) : [];
  const reads = kind === 'http' || readersOfTheLog.includes(name);
  const logs = stores.some(store => store === 'mongodb');
  return {
    activityLog: logs ? (reads ? 'read' : 'write') : 'none',
    scratchLog: needs.includes('scratch-stores') ? 'write' : 'none',
    backups: needs.includes('backups') ? (adders.includes(name) ? 'add' : 'read') : 'none',
  };
}

export function hasRights(contract: Contract): boolean {
  return Object.values(rightsOf(contract)).some(right => right !== 'none');
}
