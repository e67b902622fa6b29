/** What the jobs leave for the relay to export: the last good backup, and the last drill. */
export const backupHeartbeat = 'back-up';
export const drillHeartbeat = 'drill';
