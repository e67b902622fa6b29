/**
 * What the service owes its clients, over 30 days. Boards, recording rules and alerts are made from it.
 *
 * Only the API's own routes count: api-root's would hide failures among whatever bots ask for, and its /health answers 503
 * on purpose. A failed request spends the budget of availability alone, not that of latency, too.
 */
import type { Timescale } from './timescale.ts';

export interface Slo {
  readonly name: 'availability' | 'read-latency' | 'log-freshness';
  readonly title: string;
  /** The share that has to be good. */
  readonly objective: number;
  /** PromQL: how much happened, per second, over five minutes; without labels. */
  readonly all: (time: Timescale) => string;
  /** PromQL: how much of it was bad, and 0 where nothing was. */
  readonly bad: (time: Timescale) => string;
  /** PromQL: the functions that spend most of the budget now. */
  readonly worst: (time: Timescale) => string;
  /**
   * Bad events that an alert needs in its long window. With three requests an hour, one failure is a burn rate of 333:
   * nobody is to be woken for it. What fails for good shows by the alerts on its cause, or becomes ten soon.
   */
  readonly leastBad: number;
}

export const budgetDays = 30;

/** Seconds; a bound of the histogram of requests. */
export const readBound = 0.1;

/** Seconds that an activity may wait for the log. */
export const freshnessBound = 120;

const api = 'route=~"/api/.+"';
const answeredReads = `method=~"GET|HEAD",status!="5xx",${api}`;

const rate = (selector: string, time: Timescale) =>
  `rate(http_request_duration_seconds_${selector}[${time.duration(300)}])`;
const requests = (time: Timescale) => `sum(${rate(`count{${api}}`, time)})`;
const slow = (time: Timescale, by: string) =>
  `(sum${by}(${rate(`count{${answeredReads}}`, time)}) - sum${by}(${rate(`bucket{le="${readBound}",${answeredReads}}`, time)}))`;
const topThree = (rates: string) => `topk(3, ${rates} > 0)`;

export const slos: readonly Slo[] = [
  {
    name: 'availability',
    title: 'Requests that are answered, and not with a 5xx',
    objective: 0.999,
    all: requests,
    bad: time => `(sum(${rate(`count{status="5xx",${api}}`, time)}) or 0 * ${requests(time)})`,
    worst: time => topThree(`sum by (function) (${rate(`count{status="5xx",${api}}`, time)})`),
    leastBad: 10,
  },
  {
    name: 'read-latency',
    title: `Reads that are answered within ${readBound * 1000} ms`,
    objective: 0.99,
    all: time => `sum(${rate(`count{${answeredReads}}`, time)})`,
    bad: time => slow(time, ''),
    worst: time => topThree(slow(time, ' by (function) ')),
    leastBad: 10,
  },
  {
    // 3.6 h a month. Nothing is lost meanwhile and pages of activities stay whole, since the outbox is read, too: only the
    // summary lags. A replica set's failover takes seconds, so what spends this is an outage of the log or of the relay.
    name: 'log-freshness',
    title: `Time in which no activity waits longer than ${freshnessBound} s for the log`,
    objective: 0.995,
    all: time => sampled(`max(outbox_oldest_row_age_seconds{lane="logged"}) >= bool 0`, time),
    bad: time =>
      sampled(`max(outbox_oldest_row_age_seconds{lane="logged"}) > bool ${time.seconds(freshnessBound)}`, time),
    worst: time => `topk(1, rate(relay_failures_total[${time.duration(300)}]) > 0)`,
    leastBad: 0,
  },
];

/** The share of the last five minutes in which it held; unknown time is no time. */
function sampled(condition: string, time: Timescale): string {
  return `avg_over_time((${condition})[${time.duration(300)}:${time.duration(30)}])`;
}

/** The share that may be bad. */
export function budgetOf({ objective }: Slo): number {
  return Number((1 - objective).toPrecision(6));
}

export function sloOf(name: Slo['name']): Slo {
  const found = slos.find(slo => slo.name === name);
  if (found === undefined) throw new Error(`no such objective: ${name}`);
  return found;
}
