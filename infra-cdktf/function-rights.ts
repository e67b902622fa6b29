/** What a function may do with Google's own services, as its contract says: no account has more. */
import type { Contract } from '../lib/http/contract.ts';

export interface FunctionRights {
  readonly activityLog: 'none' | 'read' | 'write';
  readonly scratchLog: 'none' | 'write';
  /** `add` cannot overwrite or delete; it reads, too. */
  readonly backups: 'none' | 'read' | 'add';
  /** The ledger of them, beside the backups: who reads those reads it, too. `add` reads nothing. */
  readonly erasures: 'none' | 'read' | 'add';
}

/** Jobs that read the log, and leave it as it is. */
const readersOfTheLog: readonly string[] = ['back-up', 'drill'];
/** What a job that needs backups does with them, when it is not to read them all. */
const useOfBackups: Readonly<Record<string, Pick<FunctionRights, 'backups' | 'erasures'>>> = {
  'back-up': { backups: 'add', erasures: 'none' },
  'erase-tenant': { backups: 'none', erasures: 'add' },
  rewind: { backups: 'none', erasures: 'read' },
};

export function rightsOf(contract: Contract): FunctionRights {
  const { name, kind, stores } = contract;
  const needs: readonly string[] = contract.kind === 'job' ? (contract.needs ?? []) : [];
  const reads = kind === 'http' || readersOfTheLog.includes(name);
  const logs = stores.some(store => store === 'mongodb');
  return {
    activityLog: logs ? (reads ? 'read' : 'write') : 'none',
    scratchLog: needs.includes('scratch-stores') ? 'write' : 'none',
    ...(needs.includes('backups')
      ? (useOfBackups[name] ?? { backups: 'read', erasures: 'none' })
      : { backups: 'none', erasures: 'none' }),
  };
}

export function hasRights(contract: Contract): boolean {
  return Object.values(rightsOf(contract)).some(right => right !== 'none');
}
