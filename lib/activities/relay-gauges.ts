/** Gauges of what cannot be asked itself, because it sleeps or ends: the outbox, the change feed, jobs; and of PostgreSQL. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Telemetry } from '../observability/telemetry.ts';
import {
  backupHeartbeat,
  cleanUpHeartbeat,
  drillHeartbeat,
  failedBackupHeartbeat,
  failedDrillHeartbeat,
} from '../stores/job-heartbeats.ts';
import { type Queryable, takesWrites } from '../stores/postgresql.ts';
import { Unavailable } from '../stores/unavailable.ts';
import { mongodbHeartbeat } from './mongodb-heart.ts';
import { type Lane, parkedRows, waitingIn } from './outbox.ts';
import type { TellUp } from './store-up.ts';

interface SampledGauge {
  readonly name: string;
  readonly help: string;
  readonly series: readonly Series[];
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** A query of one number; when it has none, there is no series. */
  readonly sql: string;
}

/** The heartbeat rows that are told, by their names: one line for each. */
const heartbeats = [
  mongodbHeartbeat, // the relay's own
  backupHeartbeat,
  drillHeartbeat,
  failedBackupHeartbeat,
  failedDrillHeartbeat,
  cleanUpHeartbeat,
];

/** Counting stops here, so that it costs the same over millions. Beyond, the age tells how far a lane is behind. */
const mostCounted = 10_000;

const sampledGauges = (lanes: readonly Lane[]): readonly SampledGauge[] => [
  {
    name: 'outbox_rows',
    help: `Changes that wait in a lane of the outbox; ${mostCounted} means this many or more.`,
    series: lanes.map(lane => ({
      labels: { lane },
      sql: count(waitingIn(lane)),
    })),
  },
  {
    name: 'outbox_oldest_row_age_seconds',
    help: 'Time since the oldest change that waits in a lane of the outbox; 0 when none does.',
    series: lanes.map(lane => ({
      labels: { lane },
      sql: `select coalesce(${secondsSince('min(at)')}, 0)
        from (select at from outbox where ${waitingIn(lane)} order by id limit 1) as oldest`,
    })),
  },
  {
    name: 'outbox_parked_rows',
    help: `Activities that the log refused for good; ${mostCounted} means this many or more.`,
    series: [{ labels: {}, sql: count(parkedRows) }],
  },
  {
    name: 'change_feed_lag_seconds',
    help: 'Age of the open transaction that holds the change feed back; 0 when none does.',
    series: [{ labels: {}, sql: feedLag() }],
  },
  {
    name: 'heartbeat_timestamp_seconds',
    help: 'When the last sign of life was given, since 1970.',
    series: heartbeats.map(name => ({
      labels: { name },
      sql: `select extract(epoch from at) from heartbeats where name = '${name}'`,
    })),
  },
  {
    name: 'backup_snapshot_timestamp_seconds',
    help: 'The instant that the last good backup is of, since 1970.',
    series: [{ labels: {}, sql: ofLastBackup(`extract(epoch from (detail ->> 'taken_at')::timestamptz)`) }],
  },
  {
    name: 'backup_size_bytes',
    help: 'Bytes of the last good backup.',
    series: [{ labels: {}, sql: ofLastBackup(`(detail ->> 'bytes')::float8`) }],
  },
  {
    name: 'postgresql_connections',
    help: "Connections to the server's databases, by whomever.",
    series: [{ labels: {}, sql: 'select sum(numbackends) from pg_stat_database' }],
  },
  {
    name: 'postgresql_connections_max',
    help: 'Connections that the server takes of roles without a reservation.',
    series: [
      {
        labels: {},
        sql: `select ${settings('max_connections - superuser_reserved_connections - reserved_connections')}`,
      },
    ],
  },
  {
    name: 'postgresql_database_size_bytes',
    help: 'Size of the database on disk.',
    series: [{ labels: {}, sql: 'select pg_database_size(current_database())' }],
  },
];

/** A sum of settings. */
function settings(sum: string): string {
  return sum.replaceAll(/\w+/g, name => `current_setting('${name}')::int`);
}

/** In the order of an index, so that PostgreSQL reads that and not the table, whatever it expects to find there. */
function count(condition: string): string {
  return `select count(*) from (select from outbox where ${condition} order by id limit ${mostCounted}) as counted`;
}

/**
 * The feed shows nothing from the lowest id of all open transactions upwards, in whichever database of the server they
 * are. Where the owner of the database is not told how old those of other roles are, the lag is unknown.
 */
function feedLag(): string {
  return `
    select case count(*) when 0 then 0 else ${secondsSince('(array_agg(since order by age(xid) desc))[1]')} end
    from open_transactions()`;
}

function ofLastBackup(value: string): string {
  return `select ${value} from heartbeats where name = '${backupHeartbeat}'`;
}

function secondsSince(instant: string): string {
  return `extract(epoch from clock_timestamp() - ${instant})`;
}

/** Milliseconds that a scrape waits for PostgreSQL. Prometheus waits 10 s for the scrape. */
const patience = 2_000;

/**
 * Asks PostgreSQL at each scrape, all in one statement. What it does not answer has no series then, rather than one that
 * looks fresh: an alert on a gauge needs a second one on that. PostgreSQL is down when it is out of reach, and not when it
 * is only this statement that it refuses, or takes too long for.
 *
 * @param lanes that the relay moves: without a log, all activities wait for good
 */
export function openRelayGauges(
  db: Queryable,
  lanes: readonly Lane[],
  tellUp: TellUp,
  { log, metrics }: Telemetry,
): void {
  const told = sampledGauges(lanes).flatMap(({ name, help, series }) => {
    const gauge = metrics.gauge(name, help, Object.keys(series[0]?.labels ?? {}));
    return series.map(({ labels, sql }) => ({ gauge, labels, sql }));
  });
  const statement = {
    name: 'relay-gauges',
    text: `select array[${told.map(({ sql }) => `(${sql})::float8`).join()}] as values`,
    values: [],
  };
  let asking: Promise<Asked> | undefined;
  let silent = false;

  /** Never rejects. */
  async function ask(): Promise<Asked> {
    try {
      const [row] = await db.query<{ values: Sample }>(statement);
      silent = false;
      return { state: 'up', values: row?.values ?? [] };
    } catch (error) {
      if (!silent) log.warn({ error }, 'postgresql does not tell its gauges');
      silent = true;
      return { state: error instanceof Unavailable ? 'down' : 'up', values: [] };
    } finally {
      asking = undefined;
    }
  }

  /** Who has not answered within the patience may still answer something easier. */
  async function inTime(asked: Promise<Asked>): Promise<Asked> {
    const late = await Promise.race([asked, sleep(patience, undefined, { ref: false })]);
    if (late) return late;
    const answers = takesWrites(db).then(
      () => 'up' as const,
      () => 'down' as const,
    );
    const state = await Promise.race([answers, sleep(patience / 2, 'down' as const, { ref: false })]);
    return { state, values: [] };
  }

  metrics.beforeExposition(async () => {
    asking ??= ask();
    const { state, values } = await inTime(asking);
    tellUp('postgresql', state);
    told.forEach(({ gauge, labels }, index) => {
      const value = values[index] ?? undefined;
      if (value === undefined) gauge.remove(labels);
      else gauge.set(labels, value);
    });
  });
}

/** In the order in which it was asked for. */
type Sample = readonly (number | null)[];

interface Asked {
  readonly state: 'up' | 'down';
  /** None when it did not tell them. */
  readonly values: Sample;
}
