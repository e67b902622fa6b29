/** The concurrency from which on requests wait for each other. */

export interface Demand {
  /** Milliseconds of processor that a request takes. */
  readonly processor: number;
  /** Milliseconds until it is answered when it is alone. */
  readonly response: number;
}

/**
 * While a request waits for the stores the processor can work for others: for so many in all that they fill the time. With
 * more, throughput stays what it is and each waits longer (Lazowska et al., Quantitative System Performance, 5.2: the
 * saturation point of a closed system whose bottleneck is one server).
 *
 * Both figures can be had on a machine that has other things to do: processor time is not counted for who is kept from the
 * core, and the fastest of many answers have not been kept from it.
 */
export function kneeOf({ processor, response }: Demand): number {
  return response / processor;
}
