/** The cache: out of the way, or of no use. */
import type { Alerts } from '../alert.ts';
import { day, hour, minute } from '../timescale.ts';

/** What the cache knew, of all that it was asked for and could tell. Recorded: its own past is compared to. */
export const hitRatio = 'cache:known_reads:ratio_rate15m';

const reads = (outcome: string, window: string) =>
  `sum(rate(cache_operations_total{operation="read",outcome=~"${outcome}"}[${window}]))`;

/** Without reads there is none: a NaN would stay in every average for a day. */
export const hitRatioExpression = (window: string) =>
  `${reads('hit|none', window)} / (${reads('hit|none|miss', window)} > 0)`;

export const cacheAlerts: Alerts = time => {
  const window = time.duration(15 * minute);
  const enoughReads = `sum(increase(cache_operations_total{operation="read",outcome=~"hit|none|miss"}[${window}])) >= 300`;
  return [
    {
      name: 'CacheBreakerOpen',
      severity: 'ticket',
      expression: 'max by (function) (cache_breaker_open) == 1',
      holds: 5 * minute,
      summary: '{{ $labels.function }} goes on without Redis in at least one process: its reads go to PostgreSQL',
      description:
        'Others reach Redis, so look at this one: its network policy, its REDIS_URL, whether its process is starved of CPU.',
      board: 'cache',
    },
    {
      name: 'CacheHitRateCollapsed',
      severity: 'ticket',
      // Not while Redis is away, nor just after: a cache that begins empty has to fill.
      expression: [
        `${hitRatio} < 0.5 * avg_over_time(${hitRatio}[${time.duration(day)}] offset ${time.duration(hour)})`,
        `and ${enoughReads}`,
        `unless on () max(max_over_time(cache_breaker_open[${time.duration(30 * minute)}])) > 0`,
      ].join('\n'),
      holds: 10 * minute,
      summary: 'The cache knows less than half of what it used to: PostgreSQL is asked for the rest',
      description:
        '{{ $value | humanizePercentage }} of reads are known. See whether Redis evicts, was emptied, or is asked for other keys since a rollout; and whether PostgreSQL bears it.',
      board: 'cache',
    },
  ];
};
