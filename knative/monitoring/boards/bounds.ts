/** From where on a value is bad: the colours of a panel, and the lines that it draws. */
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

export interface Bounds {
  readonly worse: 'above' | 'below';
  /** Not bad yet. */
  readonly warn?: number;
  readonly bad: number;
}

export function thresholds(bounds: Bounds | undefined): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(bounds));
}

/** The first step has no value: it begins at minus infinity. */
function steps(bounds: Bounds | undefined): { value: number | null; color: string }[] {
  if (bounds === undefined) return [{ value: null, color: 'text' }];
  const { worse, warn, bad } = bounds;
  if (worse === 'above') {
    return [
      { value: null, color: 'green' },
      ...(warn === undefined ? [] : [{ value: warn, color: 'yellow' }]),
      { value: bad, color: 'red' },
    ];
  }
  return [
    { value: null, color: 'red' },
    ...(warn === undefined ? [] : [{ value: bad, color: 'yellow' }]),
    { value: warn ?? bad, color: 'green' },
  ];
}
