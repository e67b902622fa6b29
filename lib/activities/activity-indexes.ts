/** The indexes that the log is read by, as MongoDB takes them. Where it cannot make them, the infrastructure does. */
export const activityIndexes = [
  { tenant: 1, task_id: 1, version: -1 },
  { tenant: 1, at: 1 },
] as const;
