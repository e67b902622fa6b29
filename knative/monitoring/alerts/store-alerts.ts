/** PostgreSQL, Redis and MongoDB: out of reach, or nearly used up. */
import type { Alerts } from '../alert.ts';
import { postgresqlDiskBytes } from '../limits.ts';
import { minute } from '../timescale.ts';

export const storeAlerts: Alerts = time => {
  const rate = time.duration(5 * minute);
  const calls = `sum(rate(store_operation_duration_seconds_count{store="postgresql"}[${rate}]))`;
  const unanswered = `sum(rate(store_operation_errors_total{store="postgresql",reason=~"unavailable|too_slow"}[${rate}]))`;
  return [
    {
      name: 'PostgresqlUnreachable',
      severity: 'page',
      // The relay is the first witness; without it, the functions' own failing calls are.
      expression: [
        'max(store_up{store="postgresql"}) == 0',
        `or (${unanswered} > 0.5 * ${calls} unless on () max(store_up{store="postgresql"}))`,
      ].join('\n'),
      holds: minute,
      lingers: 5 * minute,
      labels: { store: 'postgresql' },
      summary: 'PostgreSQL is out of reach: every write, and every read that is not cached, gets 503',
      description:
        'Other alerts that follow from it are silenced meanwhile. See whether the instance runs, or is failing over, before anything is restarted: functions reconnect by themselves.',
      board: 'overview',
    },
    {
      name: 'PostgresqlConnectionsNearLimit',
      severity: 'ticket',
      expression: 'max(postgresql_connections) / max(postgresql_connections_max) > 0.8',
      holds: 5 * minute,
      summary: "PostgreSQL's connections are nearly used up: new processes of functions will be refused soon",
      description:
        '{{ $value | humanizePercentage }} are in use. See who holds them; more processes times their pool must stay below the limit.',
      board: 'overview',
    },
    {
      name: 'StoreConnectionsExhausted',
      severity: 'ticket',
      expression: 'sum by (function) (store_connections_waiting{store="postgresql"}) > 0',
      holds: 5 * minute,
      summary: 'Requests to {{ $labels.function }} wait for a free connection to PostgreSQL',
      description:
        '{{ $value | humanize }} wait now, and some have all the time. Look for slow statements first, then for too few processes.',
      board: 'functions',
    },
    {
      name: 'PostgresqlDiskNearFull',
      severity: 'ticket',
      expression: `max(postgresql_database_size_bytes) > ${0.8 * postgresqlDiskBytes}`,
      holds: 15 * minute,
      summary: "The database nears its disk: a full one refuses every client's writes",
      description:
        'It takes {{ $value | humanize1024 }}B. See which table grows; give it a larger disk before anything is deleted.',
      board: 'overview',
    },
    {
      name: 'RedisUnreachable',
      severity: 'ticket',
      expression: 'max(store_up{store="redis"}) == 0 or avg(cache_breaker_open) > 0.5',
      holds: 2 * minute,
      summary: 'Redis is out of reach: no request fails, but PostgreSQL carries every read, and nobody is rate limited',
      description:
        "See whether PostgreSQL bears the load: its CPU, and the reads' latency. Functions use Redis again by themselves.",
      board: 'cache',
    },
    {
      name: 'RedisMemoryNearLimit',
      severity: 'ticket',
      expression: 'max(redis_memory_used_bytes) / (max(redis_memory_max_bytes) > 0) > 0.9',
      holds: 30 * minute,
      summary: 'Redis is nearly full: entries are evicted early, or new ones refused, and PostgreSQL is asked instead',
      description:
        '{{ $value | humanizePercentage }} of its memory is in use. Entries live five minutes, so the work of five minutes no longer fits: look at the hit rate, then give it more memory.',
      board: 'cache',
    },
    {
      name: 'MongodbUnreachable',
      severity: 'page',
      expression: 'max(store_up{store="mongodb"}) == 0',
      holds: minute,
      lingers: 5 * minute,
      labels: { store: 'mongodb' },
      summary:
        "MongoDB is out of reach: clients get 503 for a task's activities and for the summary; tasks are untouched",
      description:
        'Activities wait in the outbox, none is lost. See whether the server runs and has a primary; the relay catches up by itself.',
      board: 'activities',
    },
  ];
};
