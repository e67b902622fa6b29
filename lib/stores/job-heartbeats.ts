/** What the jobs leave for the relay to export: the last good backup and drill, and the last that failed. */
export const backupHeartbeat = 'back-up';
export const drillHeartbeat = 'drill';
export const failedBackupHeartbeat = 'back-up-failed';
export const failedDrillHeartbeat = 'drill-failed';
