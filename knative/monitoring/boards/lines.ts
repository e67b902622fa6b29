/** A panel of lines over time. */

import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { described, type Panel, refId } from './panel.ts';
import { overTime } from './query.ts';

export interface Lines extends Panel {
  /** Whether the lines stand on each other, so that the highest is their sum. */
  readonly drawn?: 'apart' | 'stacked';
  /** The axis reaches at least this far. */
  readonly upTo?: number;
}

export function lines(panel: Lines): PanelBuilder {
  const builder = described(new PanelBuilder(), panel)
    .targets(panel.queries.map((query, index) => overTime(query, refId(index))))
    .min(0)
    .lineWidth(1)
    .fillOpacity(panel.drawn === 'stacked' ? 30 : 5)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max'])
        .sortBy('Max')
        .sortDesc(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (panel.upTo !== undefined) builder.axisSoftMax(panel.upTo);
  if (panel.drawn === 'stacked') {
    builder.stacking(new common.StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  }
  if (panel.bounds !== undefined) {
    builder.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return builder;
}
