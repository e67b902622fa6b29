/** What a pod may reach, as labels that the network policies select it by. */
import type { Contract } from '../lib/http/contract.ts';
import type { Store } from '../lib/stores/store.ts';

/** `scratch`: stores for the drill alone. `functions`: the way to other functions. `internet`: HTTPS to all the world. */
export type Reached = Store | 'scratch' | 'functions' | 'internet';

const value = 'allowed';

export function reachLabel(reached: Reached): Record<string, string> {
  return { [`reach.task-manager/${reached}`]: value };
}

export function reachLabels(contract: Contract): Record<string, string> {
  return Object.assign({}, ...reachedBy(contract).map(reachLabel));
}

function reachedBy(contract: Contract): Reached[] {
  const { stores, calls = [] } = contract;
  const needs: readonly string[] = contract.kind === 'job' ? (contract.needs ?? []) : [];
  const asksIssuer = contract.kind === 'http' || contract.kind === 'root';
  return [
    ...stores,
    ...(calls.length > 0 ? ['functions' as const] : []),
    ...(needs.includes('scratch-stores') ? ['scratch' as const] : []),
    // The issuer's keys; Cloud Storage.
    ...(asksIssuer || needs.includes('backups') ? ['internet' as const] : []),
  ];
}
