/**
 * A case as promtool's unit test: well, nearly broken, broken, well again; after each, exactly these alerts fire. Once
 * broken, the alert is silent for as long as it has to hold. When it is broken none is expected with what it tells, so
 * that promtool answers with that.
 */
import { alerts } from '../rules.ts';
import { minute } from '../timescale.ts';
import type { AlertCase, Changes } from './alert-cases.ts';
import { constants, healthy, type SeriesName, series } from './healthy-system.ts';
import { promtoolValues, type Signal } from './signal.ts';

const lengths = { well: 30 * minute, nearly: 30 * minute, broken: 30 * minute, ends: 45 * minute };

export function promtoolTest(alertCase: AlertCase, rules: string) {
  const { alert, nearly, broken, beside = [], lasts, step = minute } = alertCase;
  const length = { ...lengths, ...lasts };
  const stretches: readonly { seconds: number; changes: Changes; firing: readonly string[] }[] = [
    { seconds: length.well, changes: {}, firing: [] },
    { seconds: length.nearly, changes: nearly, firing: [] },
    { seconds: length.broken, changes: broken, firing: [alert, ...beside] },
    { seconds: length.ends, changes: {}, firing: [] },
  ];
  const over = (signalOf: (changes: Changes) => Signal) =>
    promtoolValues(
      stretches.map(({ seconds, changes }) => ({ seconds, signal: signalOf(changes) })),
      step,
    );
  const holds = alerts.find(({ name }) => name === alert)?.holds ?? 0;
  const broke = length.well + length.nearly;
  let ended = 0;
  return {
    rule_files: [rules],
    evaluation_interval: `${step}s`,
    tests: [
      {
        interval: `${step}s`,
        input_series: [
          ...(Object.keys(healthy) as SeriesName[]).map(name => ({
            series: series[name],
            values: over(changes => changes[name] ?? healthy[name]),
          })),
          ...Object.entries(constants).map(([name, signal]) => ({ series: name, values: over(() => signal) })),
        ],
        promql_expr_test: [
          ...stretches.map(({ seconds, firing }) => {
            ended += seconds;
            return {
              expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
              eval_time: `${ended - step}s`,
              exp_samples: ['Watchdog', ...firing].map(name => ({ labels: `{alertname="${name}"}`, value: 1 })),
            };
          }),
          {
            expr: `ALERTS{alertname="${alert}",alertstate="firing"}`,
            eval_time: `${broke + Math.max(0, holds - step)}s`,
            exp_samples: [],
          },
        ].slice(0, holds > 0 ? 5 : 4),
        alert_rule_test: [{ eval_time: `${broke + length.broken - step}s`, alertname: alert, exp_alerts: [] }],
      },
    ],
  };
}
