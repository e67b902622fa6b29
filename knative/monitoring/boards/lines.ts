/** A panel of lines over time. */
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { described, type Panel, refId } from './panel.ts';
import { overTime } from './query.ts';

export interface Lines extends Panel {
  /** Whether the lines stand on each other, so that the highest is their sum. */
  readonly drawn?: 'apart' | 'stacked';
  /** What some lines mean, by their names; the others have colours by their names, too, alike on every panel. */
  readonly meaning?: Readonly<Record<string, keyof typeof colors>>;
  /** The axis reaches at least this far. */
  readonly upTo?: number;
}

const colors = { good: 'green', fair: 'blue', doubtful: 'yellow', bad: 'red' };

export function lines(panel: Lines): PanelBuilder {
  const builder = described(new PanelBuilder(), panel)
    .targets(panel.queries.map((query, index) => overTime(query, refId(index))))
    .min(0)
    .lineWidth(1)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
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
  for (const [name, meaning] of Object.entries(panel.meaning ?? {})) {
    builder.overrideByName(name, [
      { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: colors[meaning] } },
    ]);
  }
  if (panel.upTo !== undefined) builder.axisSoftMax(panel.upTo);
  if (panel.drawn === 'stacked') {
    builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  }
  if (panel.bounds !== undefined) {
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return builder;
}
