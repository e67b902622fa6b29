/**
 * Alerts on how fast the error budget is spent: several windows, several rates, as the SRE workbook has them
 * (https://sre.google/workbook/alerting-on-slos/). The long window says that it matters, the short one that it lasts.
 */
import type { Alert } from './alert.ts';
import { budgetOf, type Slo, sloOf } from './slos.ts';
import { day, evaluation, hour, minute, type Timescale } from './timescale.ts';

/** Seconds by the name that recording rules carry; the name stays when a test shrinks time. */
export const windows = {
  '5m': 5 * minute,
  '30m': 30 * minute,
  '1h': hour,
  '2h': 2 * hour,
  '6h': 6 * hour,
  '1d': day,
  '3d': 3 * day,
} as const;

export type Window = keyof typeof windows;

interface BurnRate {
  /** As a multiple of the rate that spends the budget exactly. */
  readonly rate: number;
  readonly long: Window;
  readonly short: Window;
}

/** 2 % of the budget in an hour, 5 % in six: somebody has to get up. */
const fast: readonly [BurnRate, ...BurnRate[]] = [
  { rate: 14.4, long: '1h', short: '5m' },
  { rate: 6, long: '6h', short: '30m' },
];

/** 10 % of the budget in a day, or in three. */
const slow: readonly BurnRate[] = [
  { rate: 3, long: '1d', short: '2h' },
  { rate: 1, long: '3d', short: '6h' },
];

export const badRatio = (window: Window) => `slo:bad_events:ratio_rate${window}`;

function burns(slo: Slo, rates: readonly BurnRate[], time: Timescale): string {
  return rates.map(each => burnsAt(slo, each, time)).join('\nor\n');
}

function burnsAt(slo: Slo, { rate, long, short }: BurnRate, time: Timescale): string {
  const bound = Number((rate * budgetOf(slo)).toPrecision(6));
  const above = (window: Window) => `${badRatio(window)}{slo="${slo.name}"} > ${bound}`;
  const badInLong = `sum_over_time(slo:bad_events:rate5m{slo="${slo.name}"}[${time.duration(windows[long])}]) * ${time.seconds(evaluation)}`;
  const enough = slo.leastBad === 0 ? [] : [`${badInLong} >= ${slo.leastBad}`];
  return `(${[above(long), above(short), ...enough].join(' and ')})`;
}

/** As the fastest alert, of the last five minutes alone: what a rollout must not do. */
export function burnsNow(slo: Slo, time: Timescale): string {
  const [{ rate }] = fast;
  return burnsAt(slo, { rate, long: '5m', short: '5m' }, time);
}

interface Words {
  readonly slo: Slo['name'];
  readonly name: string;
  readonly broke: string;
  readonly worst: string;
  readonly first: string;
}

const words: readonly Words[] = [
  {
    slo: 'availability',
    name: 'ErrorBudgetBurn',
    broke: 'clients get 5xx answers',
    worst: 'Most of them, per second:',
    first: 'Look which functions and which store they have in common.',
  },
  {
    slo: 'read-latency',
    name: 'ReadLatencyBurn',
    broke: 'clients wait for their reads',
    worst: 'Most slow reads, per second:',
    first: 'Look whether the cache hits, and how long PostgreSQL takes.',
  },
  {
    slo: 'log-freshness',
    name: 'LogFreshnessBurn',
    broke: 'the activity log is behind, and so is the summary',
    worst: 'Failing passes of the relay, per second:',
    first: 'Look at the outbox, and at what the relay says in its log.',
  },
];

export function burnRateAlerts(time: Timescale): readonly Alert[] {
  return words.flatMap(({ slo: name, name: alert, broke, worst, first }) => {
    const slo = sloOf(name);
    const budget = `{{ with query "slo:error_budget_remaining:ratio30d{slo='${name}'}" }}{{ . | first | value | humanizePercentage }}{{ else }}an unknown part{{ end }}`;
    const offenders = `{{ range query ${JSON.stringify(slo.worst(time))} }} {{ or .Labels.function .Labels.lane }} {{ .Value | humanize }}{{ end }}`;
    const description = `{{ $value | humanizePercentage }} is bad, ${percentage(budgetOf(slo))} may be; ${budget} of the month's budget is left. ${worst}${offenders}. ${first}`;
    const common = { labels: { slo: name }, description, board: 'overview', holds: 0 } as const;
    return [
      {
        ...common,
        name: `${alert}Fast`,
        severity: 'page',
        expression: burns(slo, fast, time),
        summary: `Now ${broke}; at this rate the month's budget is gone within days`,
        holds: 2 * minute, // longer than an alert on a cause, which silences it
      },
      {
        ...common,
        name: `${alert}Slow`,
        severity: 'ticket',
        expression: burns(slo, slow, time),
        summary: `For hours ${broke}, for longer than the month allows`,
        holds: hour / 4,
      },
    ];
  });
}

function percentage(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
