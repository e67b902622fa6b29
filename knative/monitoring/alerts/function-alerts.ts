/** Functions that do not answer, or answer with failures. */
import type { Alerts } from '../alert.ts';
import { asFunction } from '../knative-metrics.ts';
import { hour, minute } from '../timescale.ts';

const requests = (matchers: string) => `http_request_duration_seconds_count{${matchers}}`;
const api = 'route=~"/api/.+"';
const apiAndEvents = 'route=~"/|/api/.+"';
/** api-root answers 503 on purpose. A queue-proxy tells the same metric without a service. */
const byActivator = (matchers: string) =>
  `http_server_request_duration_seconds_count{kn_service_name=~".+",kn_service_name!="api-root"${matchers}}`;

/** More than this share of a function's requests was bad, and at least so many of them. */
function failing(
  { bad, all }: { readonly bad: string; readonly all: string },
  { share, least }: { readonly share: number; readonly least: number },
): string {
  return `sum by (function) (${bad}) / sum by (function) (${all}) > ${share} and sum by (function) (${bad}) >= ${least}`;
}

export const functionAlerts: Alerts = time => {
  const increase = (selector: string, seconds: number) => `increase(${selector}[${time.duration(seconds)}])`;
  return [
    {
      name: 'FunctionDown',
      severity: 'page',
      // The function is a label of the target, so it is known of a process that never answered, too.
      expression: 'max by (function) (up{job="functions",function!=""}) == 0',
      holds: 2 * minute,
      summary: 'No process of {{ $labels.function }} answers a scrape: its clients are likely to get 503',
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
      // So low, because it is the only witness while the budget is spent by a store that is known to be away.
      expression: failing(
        {
          bad: increase(requests(`status="5xx",${api}`), 5 * minute),
          all: increase(requests(api), 5 * minute),
        },
        { share: 0.1, least: 10 },
      ),
      holds: 5 * minute,
      summary: 'Many requests to {{ $labels.function }} get a 5xx, while the service as a whole may look well',
      description:
        '{{ $value | humanizePercentage }} of them fail. See whether it began with a new revision: then send the traffic back to the one before.',
      board: 'functions',
    },
    {
      name: 'FunctionFailingForHours',
      severity: 'ticket',
      // A process that starts for one request and ends after it is scraped too late to count: the activator lives on.
      expression: [
        {
          bad: increase(requests(`status="5xx",${apiAndEvents}`), 6 * hour),
          all: increase(requests(apiAndEvents), 6 * hour),
        },
        {
          bad: asFunction(increase(byActivator(',http_response_status_code=~"5.."'), 6 * hour)),
          all: asFunction(increase(byActivator(''), 6 * hour)),
        },
      ]
        .map(counts => failing(counts, { share: 0.5, least: 5 }))
        .join('\nor\n'),
      holds: 15 * minute,
      summary: '{{ $labels.function }} is rarely asked, and mostly fails',
      description:
        '{{ $value | humanizePercentage }} of the requests or events of six hours failed: too few to wake anybody. Read what its log says of them.',
      board: 'functions',
    },
  ];
};
