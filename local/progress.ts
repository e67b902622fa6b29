/** What a person sees while the commands work: one line for each step, with the time it took. */

export interface Progress {
  /** Runs a step and prints its line when it is done; a step that takes over 2 s is announced first. */
  step<T>(name: string, work: () => Promise<T>, detail: (result: T) => string): Promise<T>;
  /** A line of its own, for what is worth knowing. */
  note(name: string, text: string): void;
}

const ANNOUNCE_AFTER = 2_000;

export function printedProgress(write: (line: string) => void): Progress {
  const line = (name: string, text: string) => write(`${name.padEnd(12)} ${text}\n`);
  return {
    async step(name, work, detail) {
      const begun = performance.now();
      const announcement = setTimeout(() => line(name, 'working …'), ANNOUNCE_AFTER);
      try {
        const result = await work();
        line(name, `${detail(result)}  ${seconds(performance.now() - begun)}`);
        return result;
      } finally {
        clearTimeout(announcement);
      }
    },
    note: line,
  };
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export const silentProgress: Progress = {
  step: (_name, work) => work(),
  note: () => {},
};
