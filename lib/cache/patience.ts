/**
 * Calls `lost` when `milliseconds` have passed without a cancel; but one turn of the event loop later than its timer,
 * so that an answer which lay in the socket while the loop was blocked is read first.
 *
 * @returns cancels
 */
export function patience(milliseconds: number, lost: () => void): () => void {
  let lastLook: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    lastLook = setImmediate(lost);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(lastLook);
  };
}
