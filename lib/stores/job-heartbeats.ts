/** What is left for the relay to export: the last good backup, drill and clean-up, and the last job that failed. */
export const backupHeartbeat = 'back-up';
export const drillHeartbeat = 'drill';
export const cleanUpHeartbeat = 'clean-up';
export const failedBackupHeartbeat = 'back-up-failed';
export const failedDrillHeartbeat = 'drill-failed';
