import type { Store } from './store.ts';

/** A store, or the place of the backups, did not answer: the caller may try again later. */
export class Unavailable extends Error {
  readonly store: Store | 'backups';

  constructor(store: Store | 'backups', cause: unknown) {
    super(`${store} is out of reach`, { cause });
    this.name = 'Unavailable';
    this.store = store;
  }
}

/** A store was reached, and gave up the statement because it took too long. */
export class TooSlow extends Error {
  readonly store: Store;

  constructor(store: Store, cause: unknown) {
    super(`${store} took too long`, { cause });
    this.name = 'TooSlow';
    this.store = store;
  }
}
