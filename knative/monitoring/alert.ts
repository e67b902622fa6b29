/** An alert: what broke, how bad it is, what the person who is told reads. */
import { type Board, dashboardUrl, runbookUrl } from './links.ts';
import type { Timescale } from './timescale.ts';

export interface Alert {
  /** Names its page in docs/operations/alerts/, too. */
  readonly name: string;
  /**
   * A page wakes somebody; a ticket is for the next working day. The watchdog is neither: it tells that alerts arrive.
   * `none` is told to nobody: it only silences others.
   */
  readonly severity: 'page' | 'ticket' | 'watchdog' | 'none';
  /** PromQL. */
  readonly expression: string;
  /** Seconds that it has to hold. */
  readonly holds: number;
  /** Seconds that it fires on after it holds no more: a cause has to silence its consequences until these have ended. */
  readonly lingers?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** What broke, for whom. Both texts are Prometheus' templates. */
  readonly summary: string;
  /** The figures, and what to do first. */
  readonly description: string;
  readonly board: Board;
}

export type Alerts = (time: Timescale) => readonly Alert[];

/** A rule as Prometheus reads it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function alertingRule(alert: Alert, time: Timescale): AlertingRule {
  return {
    alert: alert.name,
    expr: alert.expression,
    ...(alert.holds > 0 && { for: time.duration(alert.holds) }),
    ...(alert.lingers !== undefined && { keep_firing_for: time.duration(alert.lingers) }),
    labels: { severity: alert.severity, ...alert.labels },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      since: beganAt(alert.name),
      runbook_url: runbookUrl(alert.name),
      dashboard_url: dashboardUrl(alert.board),
    },
  };
}

/** When the first series of the alert began to hold; templates are not told it otherwise. */
function beganAt(name: string): string {
  return `{{ with query "min(ALERTS_FOR_STATE{alertname='${name}'})" }}{{ . | first | value | humanizeTimestamp }}{{ end }}`;
}
