/** An alert: what broke, how bad it is, what the person who is told reads. */
import { type Board, dashboardUrl, runbookUrl } from './links.ts';
import type { Timescale } from './timescale.ts';

export interface Alert {
  /** Names its page in docs/operations/alerts/, too. */
  readonly name: string;
  /** A page wakes somebody; a ticket is for the next working day. The watchdog is neither: it tells that alerts arrive. */
  readonly severity: 'page' | 'ticket' | 'watchdog';
  /** PromQL. */
  readonly expression: string;
  /** Seconds that it has to hold. */
  readonly holds: number;
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
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function alertingRule(alert: Alert, time: Timescale): AlertingRule {
  return {
    alert: alert.name,
    expr: alert.expression,
    ...(alert.holds > 0 && { for: time.duration(alert.holds) }),
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
