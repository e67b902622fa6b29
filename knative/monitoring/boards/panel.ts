/** What every panel says of itself, whatever it draws. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Panel as BuiltPanel,
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type ThresholdsConfig,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { runbookUrl } from '../links.ts';
import { type Bounds, thresholds } from './bounds.ts';
import { datasource } from './datasource.ts';
import type { Query } from './query.ts';

export interface Panel {
  readonly title: string;
  /** Markdown: what is drawn, what a bad value means, and what follows from it. */
  readonly description: string;
  /** Grafana's name of it, such as `reqps`. */
  readonly unit: string;
  /** Places after the point; else as many as the value needs. */
  readonly decimals?: number;
  readonly queries: readonly Query[];
  readonly bounds?: Bounds;
  /** Alerts on what is drawn: the panel links to their runbooks. */
  readonly alerts?: readonly string[];
  /** What is shown when no query answers; for what may well have never happened. */
  readonly nothing?: string;
}

/** A panel of the board, which gives it its place. */
export interface PlacedPanel extends Builder<BuiltPanel> {
  span(columns: number): unknown;
  height(rows: number): unknown;
}

/** What the builders of all kinds of panels have in common. */
interface PanelBuilder {
  title(title: string): this;
  description(description: string): this;
  datasource(reference: typeof datasource): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  thresholds(thresholds: Builder<ThresholdsConfig>): this;
  noValue(text: string): this;
  links(links: Builder<DashboardLink>[]): this;
}

export function described<P extends PanelBuilder>(builder: P, panel: Panel): P {
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  return builder
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .thresholds(thresholds(panel.bounds))
    .noValue(panel.nothing ?? 'No data')
    .links((panel.alerts ?? []).map(runbookLink));
}

function runbookLink(alert: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(DashboardLinkType.Link)
    .url(runbookUrl(alert))
    .targetBlank(true);
}

/** Grafana names queries A, B, C. */
export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
