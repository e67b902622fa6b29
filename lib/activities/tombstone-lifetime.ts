/**
 * How long a purged task's activities can be read: a PostgreSQL interval. One day longer than a client of the change feed may
 * stay away. When the clean-up comes to remove them, nobody sees it begin or end.
 */
export const tombstoneLifetime = '91 days';
