/** The way of an activity: outbox, relay, log; the change feed beside it; the backups of both stores. */
import { freshnessBound } from '../slos.ts';
import { board } from './board.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { orZero, quantile, rate } from './promql.ts';
import { states } from './states.ts';
import { table } from './table.ts';

const hour = 3600;
const day = 24 * hour;

const heartbeat = (name: string) => `max(heartbeat_timestamp_seconds{name="${name}"})`;
const age = (instant: string) => `time() - ${instant}`;
const mongodb = '{store="mongodb"}';
const backupAge = age('max(backup_snapshot_timestamp_seconds)');
const backupBounds = { worse: 'above', warn: 25 * hour, bad: 26 * hour } as const;
const drillBounds = { worse: 'above', bad: 8 * day } as const;
const freshnessBounds = { worse: 'above', warn: 30, bad: freshnessBound } as const;

/** Whether a job failed after it last succeeded. */
const failedSince = (job: string) =>
  orZero(`(${heartbeat(`${job}-failed`)} > bool (${heartbeat(job)} or vector(0)))`, heartbeat(job));

export const activities = board({
  uid: 'activities',
  title: 'Activity pipeline',
  description: 'The way of an activity: outbox, relay, log; the change feed beside it; the backups of both stores.',
  rows: [
    {
      title: 'Now',
      columns: 4,
      height: 4,
      panels: [
        figure({
          title: 'Oldest activity on its way',
          description: `How long the oldest one waits for the log. Beyond ${freshnessBound} s the summary is older than promised; single tasks’ activities stay whole, since the outbox is read, too.`,
          unit: 's',
          bounds: freshnessBounds,
          alerts: ['OutboxStuck', 'LogFreshnessBurnFast'],
          queries: [{ expr: 'max(outbox_oldest_row_age_seconds{lane="logged"})', legend: 'oldest' }],
        }),
        figure({
          title: 'On their way',
          description: 'Activities that wait for the log. 10,000 means this many or more.',
          unit: 'short',
          alerts: ['OutboxStuck'],
          queries: [{ expr: 'max(outbox_rows{lane="logged"})', legend: 'rows' }],
        }),
        figure({
          title: 'Parked',
          description:
            'Activities that the log refused for good. They can be read, and wait for somebody to look at each of them.',
          unit: 'none',
          bounds: { worse: 'above', bad: 1 },
          alerts: ['ActivitiesParked'],
          queries: [{ expr: 'max(outbox_parked_rows)', legend: 'parked' }],
        }),
        figure({
          title: 'Change feed held back',
          description:
            'For how long an open transaction has held it back. Clients of the feed see nothing newer meanwhile; nothing is skipped.',
          unit: 's',
          bounds: { worse: 'above', warn: 30, bad: 60 },
          alerts: ['ChangeFeedLag'],
          queries: [{ expr: 'max(change_feed_lag_seconds)', legend: 'lag' }],
        }),
        figure({
          title: 'Last good backup',
          description: 'Its age: so much would be lost with both stores. It is made daily; red after 26 h.',
          unit: 's',
          bounds: backupBounds,
          alerts: ['BackupTooOld', 'BackupFailed'],
          nothing: 'Never',
          queries: [{ expr: backupAge, legend: 'age' }],
        }),
        figure({
          title: 'Last good drill',
          description: 'Since a backup was last restored and compared. It is done weekly; red after 8 days.',
          unit: 's',
          bounds: drillBounds,
          alerts: ['DrillTooOld', 'DrillFailed'],
          nothing: 'Never',
          queries: [{ expr: age(heartbeat('drill')), legend: 'age' }],
        }),
      ],
    },
    {
      title: 'Outbox and relay',
      columns: 8,
      height: 9,
      panels: [
        lines({
          title: 'Age of the oldest row',
          description:
            'By lane: logged goes to MongoDB, repaired to the cache. Growing second by second: that lane stands still. Both: the relay does, or PostgreSQL is slow.',
          unit: 's',
          bounds: freshnessBounds,
          alerts: ['OutboxStuck', 'LogFreshnessBurnFast'],
          queries: [{ expr: 'max by (lane) (outbox_oldest_row_age_seconds)', legend: '{{lane}}' }],
        }),
        lines({
          title: 'Rows that wait',
          description:
            'By lane, counted to 10,000. It rises with a burst of writes and has to fall again; nothing is dropped meanwhile.',
          unit: 'short',
          alerts: ['OutboxStuck'],
          queries: [{ expr: 'max by (lane) (outbox_rows)', legend: '{{lane}}' }],
        }),
        lines({
          title: 'Passes that failed, activities parked',
          description:
            'Per second. A pass that fails is done again: a few are of no account. A parked activity is refused by the log for good, and needs a look.',
          unit: 'ops',
          alerts: ['OutboxStuck', 'ActivitiesParked'],
          queries: [
            {
              expr: orZero(`sum by (lane) (${rate('relay_failures_total')})`, 'max by (lane) (outbox_rows)'),
              legend: 'failed {{lane}}',
            },
            { expr: `sum(${rate('activities_parked_total')})`, legend: 'parked' },
          ],
        }),
      ],
    },
    {
      title: 'MongoDB',
      columns: 8,
      height: 8,
      panels: [
        states({
          title: 'MongoDB',
          description:
            'Whether it answers the relay. While it does not, activities wait in the outbox, and pages of activities that need it are refused.',
          named: { 0: { text: 'down', is: 'bad' }, 1: { text: 'up', is: 'good' } },
          alerts: ['MongodbUnreachable'],
          queries: [{ expr: 'max(store_up{store="mongodb"})', legend: 'mongodb' }],
        }),
        lines({
          title: 'Latency of MongoDB',
          description: 'As the functions and the relay see it. Slow writes make the outbox grow before anything fails.',
          unit: 's',
          alerts: ['MongodbUnreachable', 'OutboxStuck'],
          queries: [0.5, 0.99].map(share => ({
            expr: quantile(share, 'store_operation_duration_seconds', mongodb),
            legend: `p${share * 100}`,
          })),
        }),
        lines({
          title: 'Calls of MongoDB',
          description: 'Per second, by function, and those that failed, by reason.',
          unit: 'ops',
          alerts: ['MongodbUnreachable'],
          queries: [
            {
              expr: `sum by (function) (${rate(`store_operation_duration_seconds_count${mongodb}`)})`,
              legend: '{{function}}',
            },
            {
              expr: `sum by (reason) (${rate(`store_operation_errors_total${mongodb}`)})`,
              legend: 'failed {{reason}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'PostgreSQL and the change feed',
      columns: 8,
      height: 8,
      panels: [
        lines({
          title: 'Change feed held back',
          description:
            'Age of the open transaction that holds it back, in whichever database of the server. Look in pg_stat_activity who it is.',
          unit: 's',
          bounds: { worse: 'above', bad: 60 },
          alerts: ['ChangeFeedLag'],
          queries: [{ expr: 'max(change_feed_lag_seconds)', legend: 'lag' }],
        }),
        lines({
          title: 'Connections of PostgreSQL',
          description:
            'Of the whole server, against what it allows. At the limit new processes cannot connect: fewer pods, or smaller pools.',
          unit: 'short',
          alerts: ['PostgresqlConnectionsNearLimit'],
          queries: [
            { expr: 'max(postgresql_connections)', legend: 'open' },
            { expr: 'max(postgresql_connections_max)', legend: 'limit' },
          ],
        }),
        lines({
          title: 'Size of the database',
          description: 'Growing faster than tasks are made: the outbox, the trash or bloat. Full, PostgreSQL stops.',
          unit: 'bytes',
          alerts: ['PostgresqlDiskNearFull'],
          queries: [{ expr: 'max(postgresql_database_size_bytes)', legend: 'size' }],
        }),
      ],
    },
    {
      title: 'Backups and drills',
      columns: 6,
      height: 8,
      panels: [
        lines({
          title: 'Age of the last good backup',
          description: 'A saw: it falls when a backup is done. A missing tooth is a day without one.',
          unit: 's',
          bounds: backupBounds,
          alerts: ['BackupTooOld'],
          nothing: 'Never',
          queries: [{ expr: backupAge, legend: 'age' }],
        }),
        lines({
          title: 'Size of the last good backup',
          description: 'Both stores. A sudden fall deserves a look before the older backups are gone.',
          unit: 'bytes',
          alerts: ['BackupTooOld'],
          nothing: 'Never',
          queries: [{ expr: 'max(backup_size_bytes)', legend: 'size' }],
        }),
        states({
          title: 'Last run of the jobs',
          description:
            'Whether it succeeded. A job that cannot reach PostgreSQL cannot tell that it failed: the ages tell it. No bar: it never ran.',
          named: { 0: { text: 'succeeded', is: 'good' }, 1: { text: 'failed', is: 'bad' } },
          alerts: ['BackupFailed', 'DrillFailed'],
          nothing: 'Never',
          queries: [
            { expr: failedSince('back-up'), legend: 'back-up' },
            { expr: failedSince('drill'), legend: 'drill' },
          ],
        }),
        table({
          title: 'Signs of life',
          description:
            'When each was last given. mongodb is the relay’s own, every ten seconds; the others are left by the jobs.',
          alerts: ['RelayAbsent', 'BackupTooOld', 'DrillTooOld'],
          labels: { name: 'Of' },
          columns: [
            {
              heading: 'Last',
              unit: 'dateTimeAsIso',
              expr: 'max by (name) (heartbeat_timestamp_seconds) * 1000',
            },
            { heading: 'Age', unit: 's', expr: `time() - max by (name) (heartbeat_timestamp_seconds)` },
          ],
        }),
      ],
    },
  ],
});
