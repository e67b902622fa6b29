/** What a series does over time, and how promtool's tests write it. */
export type Signal =
  /** A gauge that stays. */
  | number
  /** A counter. */
  | { readonly perSecond: number }
  /** A gauge that holds an instant: always this many seconds before now. */
  | { readonly secondsAgo: number }
  | 'absent';

/** A counter of what is rare. */
export const perMinute = (count: number): Signal => ({ perSecond: count / 60 });

export interface Stretch {
  readonly signal: Signal;
  readonly seconds: number;
}

/** One sample each `step` seconds; a counter goes on from stretch to stretch. */
export function promtoolValues(stretches: readonly Stretch[], step: number): string {
  let now = 0;
  let total = 0;
  return stretches
    .map(({ signal, seconds }) => {
      const samples = seconds / step;
      const began = now;
      now += seconds;
      if (signal === 'absent') return `stale _x${samples - 1}`;
      if (typeof signal === 'number') return `${signal}x${samples - 1}`;
      if ('secondsAgo' in signal) return written(began - signal.secondsAgo, step, samples);
      const start = total;
      total += signal.perSecond * seconds;
      return written(start, signal.perSecond * step, samples);
    })
    .join(' ');
}

function written(start: number, increment: number, samples: number): string {
  return `${start}+${increment}x${samples - 1}`;
}
