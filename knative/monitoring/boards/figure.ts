/** A panel of one figure, or of one for each series, as it is now. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { described, type Panel, refId } from './panel.ts';
import { now } from './query.ts';

export function figure(panel: Panel): PanelBuilder {
  return described(new PanelBuilder(), panel)
    .targets(panel.queries.map((query, index) => now(query, refId(index))))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .colorMode(panel.bounds === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(panel.queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value);
}
