/** Whether the cache is worth its place: what it knows, how fast it says so, what PostgreSQL is spared. */
import { board } from './board.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { orZero, quantile, rate } from './promql.ts';
import { states } from './states.ts';

const chosen = 'function=~"$function"';
const redis = `{${chosen}, store="redis"}`;
const reads = (by: string, outcomes: string) =>
  `sum${by}(${rate(`cache_operations_total{${chosen}, operation="read", outcome=~"${outcomes}"}`)})`;
const known = (by = ' ') => orZero(reads(by, 'hit|none'), reads(by, '.+'));
const knownShare = (by = ' ') => `${known(by)} / ${reads(by, 'hit|none|miss')}`;

/** A third of what it is asked, to be worth asking: the cache is meant to keep 70 % of reads away from PostgreSQL. */
const hitBounds = { worse: 'below', warn: 0.7, bad: 0.35 } as const;

export const cache = board({
  uid: 'cache',
  title: 'Cache',
  description: 'Whether the cache is worth its place: what it knows, how fast it says so, what PostgreSQL is spared.',
  functions: { metric: 'cache_operations_total', label: 'function' },
  rows: [
    {
      title: 'Now',
      columns: 6,
      height: 4,
      panels: [
        figure({
          title: 'Hit rate',
          description:
            'Of the reads that the cache was asked, those that it knew; that a task does not exist is known, too. Low after a restart of Redis, until it has filled.',
          unit: 'percentunit',
          decimals: 1,
          bounds: hitBounds,
          alerts: ['CacheHitRateCollapsed'],
          queries: [{ expr: knownShare(), legend: 'hit rate' }],
        }),
        figure({
          title: 'PostgreSQL is spared',
          description: 'Reads per second that Redis answered; without it they would be statements of PostgreSQL.',
          unit: 'reqps',
          queries: [{ expr: known(), legend: 'spared' }],
        }),
        figure({
          title: 'Processes without Redis',
          description:
            'Their breaker is open: they do not ask Redis, which did not answer them in time, and go on without. A few of many: their network; all of them: Redis.',
          unit: 'none',
          bounds: { worse: 'above', bad: 1 },
          alerts: ['CacheBreakerOpen', 'RedisUnreachable'],
          queries: [{ expr: `sum(cache_breaker_open{${chosen}})`, legend: 'open' }],
        }),
        figure({
          title: 'Memory of Redis in use',
          description:
            'Of what it may take. When it is full it evicts what was not asked for longest: the hit rate falls, nothing breaks. No figure: Redis has no limit, or is away.',
          unit: 'percentunit',
          decimals: 0,
          bounds: { worse: 'above', warn: 0.8, bad: 0.9 },
          alerts: ['RedisMemoryNearLimit'],
          nothing: 'No limit',
          queries: [{ expr: 'max(redis_memory_used_bytes) / (max(redis_memory_max_bytes) > 0)', legend: 'in use' }],
        }),
      ],
    },
    {
      title: 'Reads',
      columns: 8,
      height: 10,
      panels: [
        lines({
          title: 'Hit rate',
          description:
            'By function. A fall with the same traffic: Redis was emptied, evicts, or a release asks for other keys.',
          unit: 'percentunit',
          upTo: 1,
          alerts: ['CacheHitRateCollapsed'],
          queries: [{ expr: knownShare(' by (function) '), legend: '{{function}}' }],
        }),
        lines({
          title: 'Reads by outcome',
          description:
            'hit and none are answered by Redis, the rest by PostgreSQL: miss, it did not know; bypass, it was not asked; error, it was asked and did not answer.',
          unit: 'reqps',
          drawn: 'stacked',
          meaning: { hit: 'good', none: 'fair', miss: 'doubtful', error: 'bad' },
          alerts: ['CacheHitRateCollapsed', 'CacheBreakerOpen'],
          queries: [
            {
              expr: `sum by (outcome) (${rate(`cache_operations_total{${chosen}, operation="read"}`)})`,
              legend: '{{outcome}}',
            },
          ],
        }),
        lines({
          title: 'Reads: spared and left to PostgreSQL',
          description:
            'The top is what PostgreSQL would have to bear without a cache: whether it could is worth a look before Redis is taken away.',
          unit: 'reqps',
          drawn: 'stacked',
          meaning: { spared: 'good', 'left to PostgreSQL': 'doubtful' },
          alerts: ['CacheHitRateCollapsed'],
          queries: [
            { expr: orZero(reads(' ', 'miss|bypass|error'), reads(' ', '.+')), legend: 'left to PostgreSQL' },
            { expr: known(), legend: 'spared' },
          ],
        }),
      ],
    },
    {
      title: 'Writes, and the breaker',
      columns: 12,
      height: 10,
      panels: [
        lines({
          title: 'Puts and repairs',
          description:
            'What writes put after their commit, and what the relay takes out that was left behind. Puts that fail are repaired by the relay within a second; many of them tell of a Redis that is slow or full.',
          unit: 'ops',
          alerts: ['CacheBreakerOpen', 'RedisMemoryNearLimit'],
          queries: [
            {
              expr: `sum by (operation, outcome) (${rate(`cache_operations_total{${chosen}, operation=~"put|repair"}`)})`,
              legend: '{{operation}} {{outcome}}',
            },
          ],
        }),
        states({
          title: 'Breaker',
          description:
            'Open in at least one process of the function. It opens after five calls that waited 50 ms in vain, and a ping in the background closes it. Flapping: Redis is at its limit.',
          named: { 0: { text: 'closed', is: 'good' }, 1: { text: 'open', is: 'bad' } },
          alerts: ['CacheBreakerOpen', 'RedisUnreachable'],
          queries: [{ expr: `max by (function) (cache_breaker_open{${chosen}})`, legend: '{{function}}' }],
        }),
      ],
    },
    {
      title: 'Redis',
      columns: 8,
      height: 9,
      panels: [
        lines({
          title: 'Latency of Redis',
          description:
            'As the functions see it, their own event loop included. Near the line calls are given up, and the breaker opens.',
          unit: 's',
          bounds: { worse: 'above', bad: 0.05 },
          upTo: 0.01,
          alerts: ['RedisUnreachable', 'EventLoopLag'],
          queries: [0.5, 0.99].map(share => ({
            expr: quantile(share, 'store_operation_duration_seconds', redis),
            legend: `p${share * 100}`,
          })),
        }),
        lines({
          title: 'Calls of Redis that failed',
          description: 'Per second, by reason. None fails a request: reads go to PostgreSQL, writes are repaired.',
          unit: 'ops',
          alerts: ['RedisUnreachable'],
          queries: [
            {
              expr: `sum by (reason) (${rate(`store_operation_errors_total${redis}`)})`,
              legend: '{{reason}}',
            },
          ],
        }),
        lines({
          title: 'Memory of Redis',
          description:
            'The limit is absent when there is none. Full and evicting is no fault by itself; a hit rate that falls with it is.',
          unit: 'bytes',
          alerts: ['RedisMemoryNearLimit'],
          queries: [
            { expr: 'max(redis_memory_used_bytes)', legend: 'used' },
            { expr: 'max(redis_memory_max_bytes) > 0', legend: 'limit' },
          ],
        }),
      ],
    },
  ],
});
