/** A panel of rows as they are now: the series of its queries that have the same labels are one row. */
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { type Bounds, thresholds } from './bounds.ts';
import { described, type Panel, refId } from './panel.ts';
import { asRows, type Query } from './query.ts';

export interface Table extends Omit<Panel, 'queries' | 'unit' | 'bounds'> {
  /** The labels that make a row, in their order, and their headings. */
  readonly labels: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** Where a cell under one of the headings leads; `${__value.raw}` stands for what is in it. */
  readonly linked?: { readonly heading: string; readonly url: string };
}

/** One query's values. */
export interface Column {
  readonly heading: string;
  readonly expr: string;
  readonly unit: string;
  readonly bounds?: Bounds;
}

export function table(panel: Table): PanelBuilder {
  const queries: readonly Query[] = panel.columns.map(({ expr }) => ({ expr, legend: '' }));
  const builder = described(new PanelBuilder(), { ...panel, unit: 'short', queries })
    .targets(queries.map((query, index) => asRows(query, refId(index))))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true }, indexByName: order(panel), renameByName: headings(panel) },
    })
    .filterable(true);
  if (panel.linked !== undefined) {
    const { heading, url } = panel.linked;
    builder.overrideByName(heading, [{ id: 'links', value: [{ title: 'Runbook', url, targetBlank: true }] }]);
  }
  for (const { heading, unit, bounds } of panel.columns) {
    builder.overrideByName(heading, [
      { id: 'unit', value: unit },
      ...(bounds === undefined
        ? []
        : [
            { id: 'thresholds', value: thresholds(bounds).build() },
            { id: 'custom.cellOptions', value: { type: 'color-text' } },
          ]),
    ]);
  }
  return builder;
}

/** Grafana calls the only value column `Value`, several of them `Value #A`, `Value #B`. */
function valueColumn(panel: Table, index: number): string {
  return panel.columns.length === 1 ? 'Value' : `Value #${refId(index)}`;
}

function headings(panel: Table): Record<string, string> {
  return {
    ...panel.labels,
    ...Object.fromEntries(panel.columns.map(({ heading }, index) => [valueColumn(panel, index), heading])),
  };
}

function order(panel: Table): Record<string, number> {
  return Object.fromEntries(Object.keys(headings(panel)).map((name, index) => [name, index]));
}
