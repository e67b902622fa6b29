/** What is recorded for each objective: ratios over each window, and what is left of the budget. */
import { badRatio, type Window, windows } from './burn-rates.ts';
import { budgetDays, budgetOf, slos } from './slos.ts';
import { day, type Timescale } from './timescale.ts';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * The long windows average what was recorded over five minutes: a month of every process' histograms would have to be read
 * for each evaluation otherwise. Both sides of a ratio are averaged alone, so busy minutes weigh more than quiet ones.
 */
export function sloRecordings(time: Timescale): readonly RecordingRule[] {
  return [
    ...slos.flatMap(slo => [
      { record: 'slo:all_events:rate5m', expr: slo.all(time), labels: { slo: slo.name } },
      { record: 'slo:bad_events:rate5m', expr: slo.bad(time), labels: { slo: slo.name } },
      { record: 'slo:error_budget:ratio', expr: `vector(${budgetOf(slo)})`, labels: { slo: slo.name } },
    ]),
    ...(Object.keys(windows) as Window[]).map(window => ({
      record: badRatio(window),
      expr:
        window === '5m' ? 'slo:bad_events:rate5m / slo:all_events:rate5m' : ratioOver(time.duration(windows[window])),
    })),
    {
      record: `slo:error_budget_remaining:ratio${budgetDays}d`,
      expr: `1 - ${ratioOver(time.duration(budgetDays * day))} / slo:error_budget:ratio`,
    },
  ];
}

function ratioOver(duration: string): string {
  const [bad, all] = ['bad', 'all'].map(events => `avg_over_time(slo:${events}_events:rate5m[${duration}])`);
  return `${bad} / ${all}`;
}
