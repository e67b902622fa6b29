/** Functions that do not answer, or answer with failures only. */
import type { Alerts } from '../alert.ts';
import { hour, minute } from '../timescale.ts';

const api = 'route=~"/api/.+"';

/** `up` knows only the process: the function is what that process last said of itself. */
const upByFunction = (memory: string) =>
  `up{job="functions"} * on (instance) group_left (function) max by (instance, function) (last_over_time(build_info[${memory}]))`;

export const functionAlerts: Alerts = time => {
  const rate = time.duration(5 * minute);
  const memory = time.duration(hour);
  return [
    {
      name: 'FunctionDown',
      severity: 'page',
      expression: [
        `max by (function) (${upByFunction(memory)}) == 0`,
        `or (up{job="functions"} == 0 unless on (instance) last_over_time(build_info[${memory}]))`,
      ].join('\n'),
      holds: 2 * minute,
      summary:
        'No process of {{ or $labels.function $labels.instance }} answers a scrape: its clients are likely to get 503',
      description:
        'Processes are known and none of them answers. Ask the function itself first, then see what Knative says of its pods.',
      board: 'functions',
    },
    {
      name: 'RelayAbsent',
      severity: 'page',
      expression: 'absent(store_up)',
      holds: 2 * minute,
      summary: 'relay-activities tells nothing: activities wait, and most other alerts are blind',
      description:
        'Its metrics are gone, so nothing is known of the outbox, of MongoDB, of backups. Look whether its one pod runs, then whether it is scraped.',
      board: 'activities',
    },
    {
      name: 'FunctionFailing',
      severity: 'page',
      expression: [
        `sum by (function) (rate(http_request_duration_seconds_count{status="5xx",${api}}[${rate}]))`,
        `/ sum by (function) (rate(http_request_duration_seconds_count{${api}}[${rate}])) > 0.5`,
        `and sum by (function) (increase(http_request_duration_seconds_count{status="5xx",${api}}[${rate}])) >= 10`,
      ].join('\n'),
      holds: 5 * minute,
      summary: 'Most requests to {{ $labels.function }} get a 5xx, while the service as a whole may look well',
      description:
        '{{ $value | humanizePercentage }} of them fail. See whether it began with a new revision: then send the traffic back to the one before.',
      board: 'functions',
    },
  ];
};
