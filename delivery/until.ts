/** Waits for what a cluster does in its own time. */
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../local/failure.ts';

/**
 * @param look each second: the empty string when it is so, otherwise what is still missing
 * @param seconds of patience
 */
export async function until(what: string, look: () => Promise<string>, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  for (let missing = await look(); missing !== ''; missing = await look()) {
    if (performance.now() > deadline)
      throw new Failure(
        `waiting until ${what}`,
        `after ${seconds} s: ${missing}`,
        'kubectl -n task-manager get ksvc,pods',
      );
    await pause(1_000);
  }
}
