/** The lane to the log: activities leave PostgreSQL when MongoDB has them. */
import type { Telemetry } from '../observability/telemetry.ts';
import type { Queryable } from '../stores/postgresql.ts';
import type { ActivityLog } from './activity-log.ts';
import { park, passLane, rowsToLog } from './outbox.ts';
import type { LaneOptions } from './relay.ts';

export function logBatch(db: Queryable, log: ActivityLog, { log: report, metrics }: Telemetry): LaneOptions['batch'] {
  const parked = metrics.counter('activities_parked_total', 'Activities that the log refused for good.', []);
  let prepared = false;

  return async () => {
    const { rows, more } = await rowsToLog(db);
    if (rows.length === 0) return 'none';
    if (!prepared && !(await log.prepare()))
      report.warn('the log may not make its indexes: without them, reading it is slow');
    prepared = true;
    const refusals = await log.append(rows);
    for (const { id, reason } of refusals) {
      await park(db, id, reason);
      parked.inc();
      report.error({ activity: id }, 'activity parked: its row in the outbox says why'); // in words that may quote it
    }
    const refused = new Set(refusals.map(({ id }) => id));
    const logged = rows.map(({ id }) => id).filter(id => !refused.has(id));
    await passLane(db, 'logged', logged);
    return more ? 'more' : 'none';
  };
}
