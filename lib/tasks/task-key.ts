/** Under which keys the cache has tasks. */

/** The same in every revision: what one has put must not stand beside what another has. */
export function taskKey(tenant: string, id: string): string {
  return `task:${tenant}:${id}`;
}

/** Part of all of them, and of no other's. */
export const taskKeys: string = ':task:';
