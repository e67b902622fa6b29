/** Limits that no metric tells. */
import { postgresqlDiskLimitGib } from '../../infra-cdktf/environments.ts';

const GiB = 1024 ** 3;

/** PostgreSQL's disk, to which its storage may grow by itself. */
export const postgresqlDiskBytes = postgresqlDiskLimitGib * GiB;
