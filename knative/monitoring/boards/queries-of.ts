/** What a board asks Prometheus, with its variables replaced as Grafana would. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

export interface BoardQuery {
  readonly panel: string;
  readonly expr: string;
}

type Panel = Exclude<NonNullable<Dashboard['panels']>[number], { type: 'row' }>;

/** All functions are chosen. @param rateInterval at least four scrapes long */
export function queriesOf(board: Dashboard, rateInterval: string): readonly BoardQuery[] {
  const replaced = (expr: string) => expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$function', '.+');
  return panelsOf(board).flatMap(panel =>
    expressionsOf(panel).map(expr => ({ panel: panel.title ?? '', expr: replaced(expr) })),
  );
}

/** The expressions of the lines that are drawn across all panels. */
export function annotationsOf(board: Dashboard): readonly string[] {
  return (board.annotations?.list ?? []).flatMap(({ expr }) => expr ?? []);
}

/** Those that draw: a row is a heading. */
export function panelsOf(board: Dashboard): readonly Panel[] {
  return (board.panels ?? []).filter(panel => panel.type !== 'row');
}

export function expressionsOf(panel: Panel): readonly string[] {
  return (panel.targets ?? []).map(target => ('expr' in target && typeof target.expr === 'string' ? target.expr : ''));
}
