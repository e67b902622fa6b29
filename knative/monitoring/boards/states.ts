/** A panel of what was in which state, and when: one bar for each series. */
import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { described, type Panel, refId } from './panel.ts';
import { overTime } from './query.ts';

export interface States extends Omit<Panel, 'unit' | 'bounds'> {
  /** The name of each value that a series can have, and whether it is good. */
  readonly named: Readonly<Record<string, State>>;
}

interface State {
  readonly text: string;
  readonly is: 'good' | 'bad';
}

const colors = { good: 'green', bad: 'red' };

export function states(panel: States): PanelBuilder {
  const named = Object.entries(panel.named).map(([value, { text, is }]) => [value, { text, color: colors[is] }]);
  return described(new PanelBuilder(), { ...panel, unit: 'none' })
    .targets(panel.queries.map((query, index) => overTime(query, refId(index))))
    .mappings([{ type: MappingType.ValueToText, options: Object.fromEntries(named) }])
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .rowHeight(0.8)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(false)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    );
}
