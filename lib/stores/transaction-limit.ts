/** Milliseconds. A transaction that is held open longer holds back the change feed, and whoever needs its locks. */
export const transactionLimit = 15_000;
