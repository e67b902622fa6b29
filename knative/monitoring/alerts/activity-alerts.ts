/** The way of an activity from the outbox to the log, and the change feed. */
import type { Alerts } from '../alert.ts';
import { minute } from '../timescale.ts';

export const activityAlerts: Alerts = time => [
  {
    name: 'OutboxStuck',
    severity: 'ticket',
    expression: `max by (lane) (outbox_oldest_row_age_seconds) > ${time.seconds(10 * minute)}`,
    holds: 5 * minute,
    summary:
      "Changes wait in the outbox's lane {{ $labels.lane }}: the log lags, or the cache is not repaired and the table grows",
    description:
      'The oldest has waited {{ $value | humanizeDuration }}. MongoDB and PostgreSQL answer, so read what the relay says of this lane.',
    board: 'activities',
  },
  {
    name: 'ActivitiesParked',
    severity: 'ticket',
    expression: 'max(outbox_parked_rows) > 0',
    holds: 5 * minute,
    summary:
      'The log refused activities for good: they are shown to clients, but not in the summary or a search of the log',
    description: '{{ $value }} are parked. Nothing is lost and the rest flows on. Read why the first was refused.',
    board: 'activities',
  },
  {
    name: 'ChangeFeedLag',
    severity: 'ticket',
    expression: `max(change_feed_lag_seconds) > ${time.seconds(minute)}`,
    holds: 5 * minute,
    summary: 'An open transaction holds the change feed back: clients that follow it see no newer change',
    description:
      'It has been open for {{ $value | humanizeDuration }}; functions end theirs in seconds, so it is a console or another program. Find it and end it.',
    board: 'activities',
  },
];
