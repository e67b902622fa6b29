/** The series of docs/metrics.md with their labels; a histogram has three. */
import { documentedMetrics } from '../../../local/testing/documented-metrics.ts';

const ofScrape = ['function', 'job', 'instance'];

export const documentedSeries: ReadonlyMap<string, readonly string[]> = new Map(
  documentedMetrics.flatMap(({ name, type, labels }) =>
    type === 'histogram'
      ? ['_count', '_sum', '_bucket'].map(part => [name + part, [...labels, ...ofScrape, 'le']] as const)
      : [[name, [...labels, ...ofScrape]] as const],
  ),
);
