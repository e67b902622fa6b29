/** A panel of how a histogram's observations are spread, over time. */
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { described, type Panel, refId } from './panel.ts';
import { asHeatmap } from './query.ts';

export function heat(panel: Omit<Panel, 'bounds'>): PanelBuilder {
  return described(new PanelBuilder(), panel)
    .targets(panel.queries.map((query, index) => asHeatmap(query, refId(index))))
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .yAxis(new YAxisConfigBuilder().unit(panel.unit))
    .showLegend();
}
