/** Durations of rules, as Prometheus writes them. In a test of minutes a month cannot pass: there all of them shrink alike. */
export interface Timescale {
  /** @param seconds of production */
  duration(seconds: number): string;
  /** For expressions that count in seconds, such as the age of a backup. */
  seconds(seconds: number): number;
}

export const minute = 60;
export const hour = 60 * minute;
export const day = 24 * hour;

/** How often rules are evaluated. */
export const evaluation = minute / 2;

/** @param scale 1 in production; 1/60 makes minutes of hours */
export function timescale(scale: number): Timescale {
  return {
    duration: seconds => written(seconds * scale),
    seconds: seconds => seconds * scale,
  };
}

/** The unit is the largest that keeps the number whole. */
function written(seconds: number): string {
  const milliseconds = Math.max(1, Math.round(seconds * 1000));
  for (const [unit, size] of [
    ['d', day * 1000],
    ['h', hour * 1000],
    ['m', minute * 1000],
    ['s', 1000],
  ] as const) {
    if (milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}
