/** How a function scales with its traffic on Knative. */
export interface Scale {
  /** Pods that wait when nobody asks; 0 for who may wait for a cold start. */
  readonly min: number;
  readonly max: number;
  /**
   * Requests at once in one pod, which the autoscaler aims at: with more they only wait for each other. Measured, for each
   * function: docs/scaling/concurrency.md.
   */
  readonly concurrency: number;
}

/** For a rare function. */
export const rareScale: Scale = { min: 0, max: 3, concurrency: 5 };
