/** The activity log in MongoDB: append by event id, read by task. */
import {
  BSON,
  type Collection,
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  MongoRuntimeError,
  MongoServerError,
} from 'mongodb';
import type { Mongo } from '../stores/mongodb.ts';
import type { Activity, LoggedActivity } from './activity.ts';

/** An activity as MongoDB keeps it: its event id is the `_id`, so that a second write of it changes nothing. */
type Stored = Omit<LoggedActivity, 'id'> & { readonly _id: string };

export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

export interface ActivityLog {
  /** Makes the indexes that reading needs; safe to repeat. @throws {Unavailable} */
  prepare(): Promise<void>;
  /**
   * Writes activities that may have been written before.
   *
   * @returns those that the server refuses for what they are, however often they are sent
   * @throws {Unavailable} when it is not known whether all others are written
   */
  append(activities: readonly LoggedActivity[]): Promise<Refusal[]>;
  /** Removes all that is logged of tasks. @throws {Unavailable} */
  forget(tasks: readonly { tenant: string; id: string }[]): Promise<void>;
  /** Removes all that is logged of a tenant. @throws {Unavailable} */
  forgetTenant(tenant: string): Promise<void>;
  /** How many activities of a tenant there are. @throws {Unavailable} */
  countTenant(tenant: string): Promise<number>;
  /** The newest activities of a task below the version `before`. @throws {Unavailable} */
  ofTask(query: { tenant: string; taskId: string; before: number; limit: number }): Promise<Activity[]>;
}

export function activityCollection({ db }: Mongo): Collection<Stored> {
  // On disk before it is acknowledged: the relay drops its own copy then.
  return db.collection('activities', { writeConcern: { w: 'majority', journal: true }, readPreference: 'primary' });
}

export function activityLog(mongo: Mongo): ActivityLog {
  const collection = activityCollection(mongo);
  const { reached } = mongo;

  return {
    prepare: () =>
      reached(async () => {
        await collection.createIndex({ tenant: 1, task_id: 1, version: -1 });
        await collection.createIndex({ tenant: 1, at: 1 });
      }),

    append: activities => reached(() => append(collection, activities)),

    forget: tasks =>
      reached(async () => {
        for (const { tenant, id } of tasks) await collection.deleteMany({ tenant, task_id: id });
      }),

    forgetTenant: tenant => reached(async () => void (await collection.deleteMany({ tenant }))),

    countTenant: tenant => reached(() => collection.countDocuments({ tenant })),

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

async function append(collection: Collection<Stored>, activities: readonly LoggedActivity[]): Promise<Refusal[]> {
  const upserts = activities.map(({ id, ...fields }) => ({
    updateOne: { filter: { _id: id }, update: { $setOnInsert: fields }, upsert: true },
  }));
  try {
    const { matchedCount, upsertedCount } = await collection.bulkWrite(upserts, { ordered: false });
    if (matchedCount + upsertedCount !== activities.length) throw new MongoRuntimeError('writes are unaccounted for');
    return [];
  } catch (error) {
    if (error instanceof MongoBulkWriteError) return refusals(error, activities);
    if (!isRefusal(error)) throw error;
    // The driver has sent nothing because of one of them.
    const [first] = activities;
    if (activities.length === 1 && first) return [{ id: first.id, reason: error.message }];
    const alone = [];
    for (const activity of activities) alone.push(...(await append(collection, [activity])));
    return alone;
  }
}

/**
 * The documents that the server refused in a bulk write.
 *
 * @throws the error itself when it is about more than single documents: a connection that broke is told in this way, too
 */
function refusals(error: MongoBulkWriteError, activities: readonly LoggedActivity[]): Refusal[] {
  const failed = [error.writeErrors].flat();
  const refused = failed.filter(({ code }) => code !== duplicateKey);
  const { matchedCount, upsertedCount } = error.result;
  const accountedFor = failed.length + matchedCount + upsertedCount === activities.length;
  const judged = refused.every(({ code }) => documentFaults.has(code)) && !error.result.getWriteConcernError();
  if (!accountedFor || !judged) throw error;
  return refused.flatMap(({ index, errmsg, code }) => {
    const activity = activities[index];
    return activity ? [{ id: activity.id, reason: errmsg ?? `code ${code}` }] : [];
  });
}

/** Another relay was writing the same event at the same moment. */
const duplicateKey = 11000;

/**
 * The server's codes for a document that it will never take: BadValue, FailedToParse, InvalidBSON,
 * DollarPrefixedFieldName, EmptyFieldName, DottedFieldName, DocumentValidationFailure, BSONObjectTooLarge, and a document
 * that an update made too large. Anything else may pass, and says nothing of the document.
 */
const documentFaults: ReadonlySet<unknown> = new Set([2, 9, 22, 52, 56, 57, 121, 10334, 17419, 17420]);

function isRefusal(error: unknown): error is Error {
  if (error instanceof MongoInvalidArgumentError || error instanceof BSON.BSONError) return true;
  return error instanceof MongoServerError && documentFaults.has(error.code);
}
