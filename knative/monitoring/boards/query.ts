/** One PromQL query of a panel. */
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { datasource } from './datasource.ts';

export interface Query {
  /** PromQL, in which Grafana replaces its variables. */
  readonly expr: string;
  /** The name of a series, in which `{{label}}` stands for a label's value. */
  readonly legend: string;
}

/** Over the board's time range. */
export function overTime({ expr, legend }: Query, refId: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(datasource).expr(expr).legendFormat(legend).refId(refId).range();
}

/** As it is at the end of the board's time range. */
export function now(query: Query, refId: string): DataqueryBuilder {
  return overTime(query, refId).instant();
}

/** Each series is a row, and each of its labels a column. */
export function asRows(query: Query, refId: string): DataqueryBuilder {
  return now(query, refId).format(PromQueryFormat.Table);
}

/** Cumulative buckets, which Grafana takes apart. */
export function asHeatmap(query: Query, refId: string): DataqueryBuilder {
  return overTime(query, refId).format(PromQueryFormat.Heatmap);
}
