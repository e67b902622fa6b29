/** PostgreSQL, Redis and MongoDB: out of reach, or nearly used up. */
import type { Alerts } from '../alert.ts';
import { postgresqlDiskBytes } from '../limits.ts';
import { minute } from '../timescale.ts';

/** What clients wait for; the relay is a witness of its own. */
const functions = 'function!="relay-activities"';
const either = 'store=~"postgresql|mongodb"';

export const storeAlerts: Alerts = time => {
  const window = time.duration(2 * minute);
  /** Per second: all calls of functions, and those that the store did not answer. */
  const calls = (store: string) =>
    `sum by (store) (rate(store_operation_duration_seconds_count{${store},${functions}}[${window}]))`;
  const unanswered = (store: string) =>
    `sum by (store) (rate(store_operation_errors_total{${store},${functions},reason=~"unavailable|too_slow"}[${window}]))`;
  const isReached = (store: string) => `${calls(store)} > 2 * ${unanswered(store)}`;
  const isNotReached = (store: string) => `2 * ${unanswered(store)} > ${calls(store)}`;
  const relay = (store: string) => `max by (store) (store_up{${store}})`;
  /** To neither of the two; where one of them tells nothing, the other is believed. */
  const unreachable = (store: string) =>
    `${relay(store)} == 0 unless ${isReached(store)}\nor (${isNotReached(store)} unless ${relay(store)} == 1)`;
  return [
    {
      name: 'PostgresqlUnreachable',
      severity: 'page',
      expression: unreachable('store="postgresql"'),
      holds: minute,
      lingers: 7 * minute, // what counts failures of five minutes ends first
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
      expression: unreachable('store="mongodb"'),
      holds: minute,
      lingers: 7 * minute,
      labels: { store: 'mongodb' },
      summary:
        "MongoDB is out of reach: clients get 503 for a task's activities and for the summary; tasks are untouched",
      description:
        'Activities wait in the outbox, none is lost. See whether the server runs and has a primary; the relay catches up by itself.',
      board: 'activities',
    },
    {
      name: 'RelayCutOff',
      severity: 'ticket',
      expression: `${relay(either)} == 0 and ${isReached(either)}`,
      holds: 10 * minute,
      summary: 'relay-activities does not reach {{ $labels.store }}, and functions do: activities wait in the outbox',
      description:
        'No request fails, but the log lags, and without PostgreSQL nothing is known of the outbox, backups and connections. Look at what is its own: its secret, its network policy, how long its questions take.',
      board: 'activities',
    },
  ];
};
