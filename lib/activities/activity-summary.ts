/** How much was done: activities counted by day, action and actor, in the log or, without one, in PostgreSQL. */
import type { Mongo } from '../stores/mongodb.ts';
import type { Queryable } from '../stores/postgresql.ts';
import type { ActivityCount } from './activity-counts.ts';
import { activityCollection } from './activity-log.ts';

/** Whole UTC days, both included. */
export interface Days {
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
}

/** Counts by day, action and actor, in this order. */
export type SummarizeActivities = (days: Days) => Promise<ActivityCount[]>;

export function summaryInPostgresql(db: Queryable): SummarizeActivities {
  return ({ tenant, from, to }) =>
    db.query<ActivityCount>({
      name: 'summarize-activities',
      text: `
        select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, action, actor, count(*)::int as count
        from outbox
        where tenant = $1
          and at >= $2::date::timestamp at time zone 'UTC' and at < ($3::date + 1)::timestamp at time zone 'UTC'
        group by 1, 2, 3
        order by day, action collate "C", actor collate "C"`,
      values: [tenant, from, to],
    });
}

/** @throws {Unavailable} */
export function summaryInMongodb(mongo: Mongo): SummarizeActivities {
  const activities = activityCollection(mongo);
  return ({ tenant, from, to }) =>
    mongo.reached(async () => {
      const groups = activities.aggregate<{ _id: Omit<ActivityCount, 'count'>; count: number }>([
        { $match: { tenant, at: { $gte: `${from}T00:00:00.000Z`, $lte: `${to}T23:59:59.999Z` } } },
        {
          $group: {
            _id: { day: { $substrBytes: ['$at', 0, 10] }, action: '$action', actor: '$actor' },
            count: { $sum: 1 },
          },
        },
        { $sort: { '_id.day': 1, '_id.action': 1, '_id.actor': 1 } },
      ]);
      return (await groups.toArray()).map(({ _id, count }) => ({ ..._id, count }));
    });
}
