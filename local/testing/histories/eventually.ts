/** Waits for what is promised within 5 s. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Violation } from './violation.ts';

const PROMISED_MS = 5_000;
/** A look may scrape every function of this process: more often, looking would itself keep Redis's answers waiting. */
const POLL_MS = 25;

/**
 * @param since when the 5 s began, by `performance.now()`
 * @throws {Violation} when it is not so in time
 */
export async function eventually(
  what: string,
  isSo: () => Promise<boolean>,
  since: number = performance.now(),
): Promise<void> {
  while (!(await isSo())) {
    if (performance.now() - since > PROMISED_MS) throw new Violation(`it takes over 5 s until ${what}`);
    await sleep(POLL_MS);
  }
}
