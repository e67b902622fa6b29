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

/** @param choose one of 0 … count - 1 */
export function makeStage(choose: (count: number) => number): Stage {
  const wanted: { name: string; take(): Promise<void> }[] = [];
  const story: string[] = [];

  return {
    story,
    step: (name, deed) =>
      new Promise((resolve, reject) => {
        const take = async () => {
          try {
            resolve(await deed());
          } catch (error) {
            reject(error);
          }
        };
        wanted.push({ name, take });
      }),
    async play() {
      for (;;) {
        await turn(); // what follows from the last step up to the next
        const [next] = wanted.splice(choose(wanted.length), 1);
        if (next === undefined) return;
        story.push(next.name);
        await next.take();
      }
    },
  };
}
