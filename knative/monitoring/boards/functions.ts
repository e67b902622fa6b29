/** Each function by itself: what it is asked, how it answers, what its processes take, which build runs. */
import { readBound } from '../slos.ts';
import { board } from './board.ts';
import { heat } from './heat.ts';
import { lines } from './lines.ts';
import { errorShare, quantile, rate } from './promql.ts';
import { table } from './table.ts';

const chosen = '{function=~"$function"}';
const duration = 'http_request_duration_seconds';
const requests = `sum by (function) (${rate(`${duration}_count${chosen}`)})`;

export const functions = board({
  uid: 'functions',
  title: 'Functions',
  description: 'Each function by itself: what it is asked, how it answers, what its processes take, which build runs.',
  functions: { metric: 'build_info', label: 'function' },
  rows: [
    {
      title: 'Now',
      columns: 24,
      height: 10,
      panels: [
        table({
          title: 'Functions',
          description:
            'One row for each function that has a process now; one that is scaled to zero has none. Start with the red cells, then choose that function above.',
          alerts: ['FunctionDown', 'FunctionFailing'],
          labels: { function: 'Function' },
          columns: [
            { heading: 'Requests', unit: 'reqps', expr: requests },
            {
              heading: '5xx',
              unit: 'percentunit',
              bounds: { worse: 'above', warn: 0.001, bad: 0.01 },
              expr: errorShare(chosen),
            },
            { heading: 'p50', unit: 's', expr: quantile(0.5, duration, chosen, ['function']) },
            { heading: 'p99', unit: 's', expr: quantile(0.99, duration, chosen, ['function']) },
            { heading: 'In flight', unit: 'short', expr: `sum by (function) (http_requests_in_flight${chosen})` },
            { heading: 'Processes', unit: 'short', expr: `count by (function) (build_info${chosen})` },
            {
              heading: 'Cores',
              unit: 'short',
              expr: `sum by (function) (${rate(`process_cpu_seconds_total${chosen}`)})`,
            },
            {
              heading: 'Memory, largest',
              unit: 'bytes',
              expr: `max by (function) (process_resident_memory_bytes${chosen})`,
            },
            {
              heading: 'Listening after',
              unit: 's',
              expr: `max by (function) (cold_start_duration_seconds{function=~"$function", phase="listening"})`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Requests',
      columns: 12,
      height: 10,
      panels: [
        lines({
          title: 'Requests',
          description:
            'Answers per second by function. A sudden fall at unchanged traffic elsewhere: the edge does not reach it.',
          unit: 'reqps',
          queries: [{ expr: requests, legend: '{{function}}' }],
        }),
        lines({
          title: 'Share of 5xx',
          description:
            'Of the answers of each function. One alone: its code or its release, so compare with the builds below. All of them: a store that they share.',
          unit: 'percentunit',
          bounds: { worse: 'above', bad: 0.01 },
          upTo: 0.02,
          alerts: ['FunctionFailing', 'ErrorBudgetBurnFast'],
          queries: [{ expr: errorShare(chosen), legend: '{{function}}' }],
        }),
        lines({
          title: 'Answers by status',
          description:
            'Of the chosen functions together. 4xx are the client’s doing: many of them after a release tell that it refuses what was taken before.',
          unit: 'reqps',
          drawn: 'stacked',
          meaning: { '2xx': 'good', '3xx': 'fair', '4xx': 'doubtful', '5xx': 'bad' },
          queries: [{ expr: `sum by (status) (${rate(`${duration}_count${chosen}`)})`, legend: '{{status}}' }],
        }),
        lines({
          title: 'Requests in flight',
          description:
            'Being answered now, by function. It grows when answers get slower, before latency shows it; Knative adds pods by it.',
          unit: 'short',
          queries: [{ expr: `sum by (function) (http_requests_in_flight${chosen})`, legend: '{{function}}' }],
        }),
      ],
    },
    {
      title: 'Latency',
      columns: 8,
      height: 10,
      panels: [
        lines({
          title: '99th percentile by route',
          description: `What 99 % of answers do not exceed. The line is the bound of reads, ${readBound * 1000} ms; writes and batches have none. The histogram tells nothing beyond 10 s, where every request is cut.`,
          unit: 's',
          bounds: { worse: 'above', bad: readBound },
          alerts: ['ReadLatencyBurnFast'],
          queries: [
            { expr: quantile(0.99, duration, chosen, ['function', 'route']), legend: '{{function}} {{route}}' },
          ],
        }),
        lines({
          title: 'Percentiles',
          description:
            'Of the chosen functions together. The 99th far from the median: few requests wait, for a lock, a pool or a pause; all of them up: the store or the CPU is slow.',
          unit: 's',
          queries: [0.5, 0.9, 0.99].map(share => ({
            expr: quantile(share, duration, chosen),
            legend: `p${share * 100}`,
          })),
        }),
        heat({
          title: 'Spread of latency',
          description:
            'How many answers took how long. Two bands are hits and misses of the cache; a band that moves up is a store that gets slower.',
          unit: 's',
          queries: [
            { expr: `sum by (le) (increase(${duration}_bucket${chosen}[$__rate_interval]))`, legend: '{{le}}' },
          ],
        }),
      ],
    },
    {
      title: 'Processes',
      columns: 8,
      height: 10,
      panels: [
        lines({
          title: 'CPU',
          description:
            'Cores by process, the busiest of each function. JavaScript runs on one: near 1, its requests wait for each other, and more pods are needed.',
          unit: 'short',
          bounds: { worse: 'above', bad: 0.9 },
          upTo: 1,
          alerts: ['CpuSaturated', 'CpuThrottled'],
          queries: [
            { expr: `max by (function) (${rate(`process_cpu_seconds_total${chosen}`)})`, legend: '{{function}}' },
          ],
        }),
        lines({
          title: 'Resident memory',
          description:
            'Of the largest process of each function. One that only ever grows leaks, and is killed at its limit; its requests are cut then.',
          unit: 'bytes',
          alerts: ['MemoryNearLimit'],
          queries: [{ expr: `max by (function) (process_resident_memory_bytes${chosen})`, legend: '{{function}}' }],
        }),
        lines({
          title: 'JavaScript heap in use',
          description:
            'Of the largest process of each function. When the resident memory grows and this does not, look at buffers and sockets instead.',
          unit: 'bytes',
          alerts: ['MemoryNearLimit'],
          queries: [{ expr: `max by (function) (nodejs_heap_size_used_bytes${chosen})`, legend: '{{function}}' }],
        }),
        lines({
          title: 'Event loop lag, 99th percentile',
          description:
            'How late a timer runs, in the worst process of each function. Above the line something computes for too long at a stretch, or the CPU is throttled: every request of that process waits as long.',
          unit: 's',
          bounds: { worse: 'above', bad: 0.1 },
          alerts: ['EventLoopLag'],
          queries: [{ expr: `max by (function) (nodejs_eventloop_lag_p99_seconds${chosen})`, legend: '{{function}}' }],
        }),
        lines({
          title: 'File descriptors in use',
          description:
            'Of those that a process may open. At 100 % it takes no connection any more: something is not closed.',
          unit: 'percentunit',
          bounds: { worse: 'above', bad: 0.8 },
          upTo: 1,
          alerts: ['FileDescriptorsNearLimit'],
          queries: [
            {
              expr: `max by (function) (process_open_fds${chosen} / process_max_fds${chosen})`,
              legend: '{{function}}',
            },
          ],
        }),
        lines({
          title: 'Processes',
          description:
            'That answer Prometheus. Fewer than Knative says it has (board Scaling): they run and are not asked, so what they do is missing here.',
          unit: 'short',
          alerts: ['FunctionDown'],
          queries: [{ expr: `count by (function) (build_info${chosen})`, legend: '{{function}}' }],
        }),
      ],
    },
    {
      title: 'Stores, as the chosen functions see them',
      columns: 8,
      height: 9,
      panels: [
        lines({
          title: 'Store calls, 99th percentile',
          description:
            'What 99 % of calls do not exceed, from the call to its answer, waiting for a connection included. PostgreSQL: look for a slow statement or a full pool; Redis is given 50 ms, then up.',
          unit: 's',
          alerts: ['ReadLatencyBurnFast'],
          queries: [
            { expr: quantile(0.99, 'store_operation_duration_seconds', chosen, ['store']), legend: '{{store}}' },
          ],
        }),
        lines({
          title: 'Store calls that failed',
          description:
            'Per second, by reason: unavailable, it was not reached; too_slow, it did not answer in time; other, it refused.',
          unit: 'ops',
          alerts: ['PostgresqlUnreachable', 'RedisUnreachable', 'MongodbUnreachable'],
          queries: [
            {
              expr: `sum by (store, reason) (${rate(`store_operation_errors_total${chosen}`)})`,
              legend: '{{store}} {{reason}}',
            },
          ],
        }),
        lines({
          title: 'Requests that wait for a connection',
          description:
            'In the pools of all processes of a function. Not zero for long: each process has too few connections for its concurrency, or PostgreSQL is slow and they come back late.',
          unit: 'short',
          alerts: ['StoreConnectionsExhausted'],
          queries: [{ expr: `sum by (function) (store_connections_waiting${chosen})`, legend: '{{function}}' }],
        }),
      ],
    },
    {
      title: 'Builds and starts',
      columns: 8,
      height: 10,
      panels: [
        table({
          title: 'Builds',
          description:
            'What runs now, by version and revision. Two revisions of a function during a rollout are as it should be; for hours, it is stuck.',
          alerts: ['RevisionNotReady'],
          labels: { function: 'Function', version: 'Version', revision: 'Revision', node_version: 'Node' },
          columns: [
            {
              heading: 'Processes',
              unit: 'short',
              expr: `count by (function, version, revision, node_version) (build_info${chosen})`,
            },
          ],
        }),
        lines({
          title: 'From the start of a process until it listens',
          description:
            'The slowest that runs now, by function; a client waits so long, and for the pod to be made, when a function is scaled to zero. Slow at every start: it loads more than it uses; now and then: the CPU is short.',
          unit: 's',
          queries: [
            {
              expr: 'max by (function) (cold_start_duration_seconds{function=~"$function", phase="listening"})',
              legend: '{{function}}',
            },
          ],
        }),
        lines({
          title: 'From the start of a process to its first answer',
          description:
            'The slowest that runs now, by function, without the wait for a first request. Far above the time until it listens: the first request of a process pays for what is opened late.',
          unit: 's',
          queries: [
            {
              expr: 'max by (function) (cold_start_duration_seconds{function=~"$function", phase="first_answer"})',
              legend: '{{function}}',
            },
          ],
        }),
      ],
    },
  ],
});
