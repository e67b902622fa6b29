/** Where concurrent actors are made to take their steps one at a time, in an order that the test chooses. */
import { setImmediate as turn } from 'node:timers/promises';

export interface Stage {
  /** Waits for its turn, then does the deed. */
  step<T>(name: string, deed: () => T | Promise<T>): Promise<T>;
  /** Takes steps until nobody wants to take one. */
  play(): Promise<void>;
  /** The steps taken, for a failure's message. */
  readonly story: string[];
}

/**
 * @param sloth of a step: it comes after all that are less slothful, those that are only wanted meanwhile, too. So
 * one actor may be overtaken by many steps of the others, which an order drawn step by step hardly ever shows.
 */
export function makeStage(sloth: (name: string) => number): Stage {
  const wanted: { name: string; sloth: number; take(): Promise<void> }[] = [];
  const story: string[] = [];

  function step<T>(name: string, deed: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const take = () => Promise.resolve().then(deed).then(resolve, reject);
      wanted.push({ name, sloth: sloth(name), take });
      wanted.sort((one, other) => one.sloth - other.sloth);
    });
  }

  async function play(): Promise<void> {
    for (;;) {
      await turn(); // what follows from the last step, up to the next
      const next = wanted.shift();
      if (next === undefined) return;
      story.push(next.name);
      await next.take();
    }
  }

  return { step, play, story };
}
