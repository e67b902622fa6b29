/** The activity log in MongoDB: append by event id, read by task. */
import { type Collection, MongoBulkWriteError, MongoError } from 'mongodb';
import type { Mongo } from '../stores/mongodb.ts';
import { Unavailable } from '../stores/unavailable.ts';
import type { Activity, LoggedActivity } from './activity.ts';

/** An activity as MongoDB keeps it: its event id is the `_id`, so that a second write of it changes nothing. */
type Stored = Omit<LoggedActivity, 'id'> & { readonly _id: string };

export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

export interface ActivityLog {
  /** Makes the index that reading needs; safe to repeat. @throws {Unavailable} */
  prepare(): Promise<void>;
  /**
   * Writes activities that may have been written before.
   *
   * @returns those that the server refuses for what they are, however often they are sent
   * @throws {Unavailable} when it is not known whether all others are written
   */
  append(activities: readonly LoggedActivity[]): Promise<Refusal[]>;
  /** The newest activities of a task below the version `before`. @throws {Unavailable} */
  ofTask(query: { tenant: string; taskId: string; before: number; limit: number }): Promise<Activity[]>;
}

const duplicateKey = 11000;

export function activityLog({ db }: Mongo): ActivityLog {
  const collection: Collection<Stored> = db.collection('activities', {
    writeConcern: { w: 'majority' },
    readPreference: 'primary',
  });

  return {
    prepare: () => reached(async () => void (await collection.createIndex({ tenant: 1, task_id: 1, version: -1 }))),

    append: activities =>
      reached(async () => {
        const operations = activities.map(({ id, ...fields }) => ({
          updateOne: { filter: { _id: id }, update: { $setOnInsert: fields }, upsert: true },
        }));
        try {
          await collection.bulkWrite(operations, { ordered: false });
          return [];
        } catch (error) {
          return refusals(error, activities);
        }
      }),

    ofTask: ({ tenant, taskId, before, limit }) =>
      reached(async () => {
        const found = collection
          .find({ tenant, task_id: taskId, version: { $lt: before } }, { projection: { tenant: 0 } })
          .sort({ version: -1 })
          .limit(limit);
        return (await found.toArray()).map(({ _id, ...fields }) => ({ id: _id, ...fields }));
      }),
  };
}

/**
 * The refused documents of a bulk write.
 *
 * @throws the error itself when it says nothing of single documents
 */
function refusals(error: unknown, activities: readonly LoggedActivity[]): Refusal[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
  const failed = [error.writeErrors].flat();
  if (failed.length === 0) throw error;
  return failed.flatMap(({ code, index, errmsg }) => {
    const refused = activities[index];
    // Another relay was writing the same event at the same moment.
    return refused && code !== duplicateKey ? [{ id: refused.id, reason: errmsg ?? `code ${code}` }] : [];
  });
}

async function reached<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw error instanceof MongoError ? new Unavailable('mongodb', error) : error;
  }
}
