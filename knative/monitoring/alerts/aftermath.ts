/** A store was away lately: what counts failures over half an hour goes on counting them, and is not told for that. */
import type { Alerts } from '../alert.ts';
import { minute } from '../timescale.ts';

/** The short window of the slower page, and a margin. */
const remembered = 35 * minute;

export const aftermath: Alerts = time => [
  {
    name: 'Aftermath',
    severity: 'none',
    expression: `max by (store) (max_over_time(ALERTS{alertname=~"PostgresqlUnreachable|MongodbUnreachable",alertstate="firing"}[${time.duration(remembered)}]))`,
    holds: 0,
    summary: '{{ $labels.store }} was out of reach lately',
    description:
      'Alerts on error budgets are silenced while their windows still hold that outage. A function that fails now is told all the same.',
    board: 'overview',
  },
];
