/** What is said of a statement of a migration. */

/**
 * `contracts`: takes away or narrows what an older revision may use. `blocks`: keeps writers or readers waiting for as long
 * as the table is large, or may do anything.
 */
export interface Verdict {
  readonly kind: 'contracts' | 'blocks';
  readonly what: string;
}

/** What a migration has made itself: nobody uses that yet. */
export interface Made {
  readonly tables: ReadonlySet<string>;
  /** Everything else that has a name, columns as `table.column`. */
  readonly things: ReadonlySet<string>;
}

export const contracts = (what: string): Verdict[] => [{ kind: 'contracts', what }];
export const blocks = (what: string): Verdict[] => [{ kind: 'blocks', what }];
