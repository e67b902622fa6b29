/** Backups, drills, the clean-up. They end or sleep, so the relay tells of them, from heartbeats in PostgreSQL. */
import type { Alerts } from '../alert.ts';
import { day, hour } from '../timescale.ts';

const heartbeat = (name: string) => `max(heartbeat_timestamp_seconds{name="${name}"})`;
const failedSinceGood = (job: string) => `${heartbeat(`${job}-failed`)} > (${heartbeat(job)} or vector(0))`;

/** There never was one, though the system has been there for so long. */
const never = (series: string, age: string) =>
  `(absent(${series}) and on () max(store_up{store="postgresql"}) == 1 and on () max(store_up{store="postgresql"} offset ${age}))`;

export const heartbeatAlerts: Alerts = time => {
  const dayAndMargin = 26 * hour; // a daily job, and the time that it may take
  const weekAndMargin = 8 * day;
  const twoDays = 2 * day; // a daily job that waits while there is a backup, and nobody waits for it
  return [
    {
      name: 'BackupTooOld',
      severity: 'ticket',
      expression: [
        `time() - max(backup_snapshot_timestamp_seconds) > ${time.seconds(dayAndMargin)}`,
        `or ${never('backup_snapshot_timestamp_seconds', time.duration(dayAndMargin))}`,
      ].join('\n'),
      holds: 15 * 60,
      summary: 'There is no backup of the last day: a loss now would cost more than is promised',
      description:
        'The last good one is {{ if eq $value 1.0 }}none at all{{ else }}{{ $value | humanizeDuration }} old{{ end }}. See whether the job ran and what it said, then run it by hand.',
      board: 'activities',
    },
    {
      name: 'BackupFailed',
      severity: 'ticket',
      expression: failedSinceGood('back-up'),
      holds: 0,
      summary: 'The last backup failed; the one before it is untouched',
      description: 'It failed on {{ $value | humanizeTimestamp }}, and none was good since. Read what the job said.',
      board: 'activities',
    },
    {
      name: 'DrillFailed',
      severity: 'ticket',
      expression: failedSinceGood('drill'),
      holds: 0,
      summary: 'The last restore drill failed: it is not known that the backups can be restored',
      description:
        'It failed on {{ $value | humanizeTimestamp }}, and none was good since. A difference between the backup and the live stores is a defect: keep that backup.',
      board: 'activities',
    },
    {
      name: 'DrillTooOld',
      severity: 'ticket',
      expression: [
        `time() - ${heartbeat('drill')} > ${time.seconds(weekAndMargin)}`,
        `or ${never('heartbeat_timestamp_seconds{name="drill"}', time.duration(weekAndMargin))}`,
      ].join('\n'),
      holds: 15 * 60,
      summary: 'No backup was restored for more than a week: it is not known that they can be',
      description:
        'The last good drill is {{ if eq $value 1.0 }}none at all{{ else }}{{ $value | humanizeDuration }} old{{ end }}. See whether its job runs, then run it by hand.',
      board: 'activities',
    },
    {
      name: 'CleanUpTooOld',
      severity: 'ticket',
      expression: [
        `time() - ${heartbeat('clean-up')} > ${time.seconds(twoDays)}`,
        `or ${never('heartbeat_timestamp_seconds{name="clean-up"}', time.duration(twoDays))}`,
      ].join('\n'),
      holds: 15 * 60,
      summary: 'Nothing was cleaned up for two days: deleted tasks stay for longer than is promised',
      description:
        'The last good clean-up is {{ if eq $value 1.0 }}none at all{{ else }}{{ $value | humanizeDuration }} old{{ end }}. See whether it is asked for each day, and what it answers.',
      board: 'activities',
    },
  ];
};
