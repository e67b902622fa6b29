/** Limits that no metric tells: a change of the infrastructure changes them here. */
const GiB = 1024 ** 3;

/** PostgreSQL's disk, to which its storage may grow by itself. */
export const postgresqlDiskBytes = 100 * GiB;
