/** docs/metrics.md, read: the metrics that there are, and the values of their labels. */
import { readFileSync } from 'node:fs';
import { checkout } from '../checkout.ts';

export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly unit: string;
}

const rows = readFileSync(`${checkout}/docs/metrics.md`, 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => line.split('|').slice(1, -1));

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** A row has five cells. */
export const documentedMetrics: readonly DocumentedMetric[] = rows
  .filter(cells => cells.length === 5)
  .map(([name, type = '', labels, unit = '']) => ({
    name: quoted(name)[0] ?? '',
    type: type.trim(),
    labels: quoted(labels),
    unit: unit.trim(),
  }));

/** By their labels, which have rows of two cells; only of those whose values are all written there. */
export const documentedValues: ReadonlyMap<string, readonly string[]> = new Map(
  rows
    .filter(([, values = '', ...more]) => more.length === 0 && /^( `[^`]+`)+ $/.test(values))
    .map(([label, values]) => [quoted(label)[0] ?? '', quoted(values)]),
);
