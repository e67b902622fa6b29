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
import { duplicateKey, isNotForUs } from '../stores/mongodb-errors.ts';
import type { Activity, LoggedActivity } from './activity.ts';
import { activityIndexes } from './activity-indexes.ts';

/** An activity as MongoDB keeps it: its event id is the `_id`, so that a second write of it changes nothing. */
type Stored = Omit<LoggedActivity, 'id'> & { readonly _id: string };

export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

export interface ActivityLog {
  /**
   * Makes the indexes that reading needs; safe to repeat.
   *
   * @returns false when it may not: whoever made the database has made them, or reading is slow
   * @throws {Unavailable}
   */
  prepare(): Promise<boolean>;
  /**
   * Writes activities that may have been written before.
   *
   * @returns those that the server refuses for what they are, however often they are sent
   * @throws {Unavailable} when it is not known whether all others are written
   */
  append(activities: readonly LoggedActivity[]): Promise<Refusal[]>;
  /** Writes activities of which the log has none yet; faster than `append`. @throws {Unavailable} when one is not written */
  fill(activities: readonly LoggedActivity[]): Promise<void>;
  /** Removes all that is logged of tasks. @throws {Unavailable} */
  forget(tasks: readonly { tenant: string; id: string }[]): Promise<void>;
  /** Removes all that is logged of a tenant. @throws {Unavailable} */
  forgetTenant(tenant: string): Promise<void>;
  /** How many activities of a tenant there are. @throws {Unavailable} */
  countTenant(tenant: string): Promise<number>;
  /**
   * All activities of all tenants, in no order; what is appended meanwhile may be among them or not.
   *
   * @throws {Unavailable}
   */
  all(): AsyncIterable<LoggedActivity>;
  /** All activities of some tasks, in no order. @throws {Unavailable} */
  ofTasks(tasks: readonly { tenant: string; id: string }[]): Promise<LoggedActivity[]>;
  /** Removes single activities. @throws {Unavailable} */
  remove(ids: readonly string[]): Promise<void>;
  /** Whether there is nothing in it. @throws {Unavailable} */
  isEmpty(): Promise<boolean>;
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
        try {
          for (const fields of activityIndexes) await collection.createIndex(fields);
          return true;
        } catch (error) {
          if (isNotForUs(error)) return false;
          throw error;
        }
      }),

    append: activities => reached(() => append(collection, activities)),

    fill: activities =>
      reached(async () => {
        if (activities.length === 0) return;
        await collection.insertMany(
          activities.map(({ id, ...fields }) => ({ _id: id, ...fields })),
          { ordered: false },
        );
      }),

    forget: tasks =>
      reached(async () => {
        for (const { tenant, id } of tasks) await collection.deleteMany({ tenant, task_id: id });
      }),

    forgetTenant: tenant => reached(async () => void (await collection.deleteMany({ tenant }))),

    countTenant: tenant => reached(() => collection.countDocuments({ tenant })),

    all: () => everything(collection, reached),

    ofTasks: tasks =>
      reached(async () => {
        const found = [];
        for (const [tenant, ids] of Map.groupBy(tasks, task => task.tenant)) {
          found.push(...(await collection.find({ tenant, task_id: { $in: ids.map(({ id }) => id) } }).toArray()));
        }
        return found.map(({ _id, ...fields }) => ({ id: _id, ...fields }));
      }),

    remove: ids => reached(async () => void (await collection.deleteMany({ _id: { $in: [...ids] } }))),

    isEmpty: () => reached(async () => (await collection.findOne({}, { projection: { _id: 1 } })) === null),

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

/** Activities of one answer of the server's, which ends at 16 MB anyway. */
const batchSize = 500;

async function* everything(collection: Collection<Stored>, reached: Mongo['reached']): AsyncGenerator<LoggedActivity> {
  const cursor = collection.find({}, { batchSize });
  try {
    for (;;) {
      const next = await reached(() => cursor.next());
      if (next === null) return;
      for (const { _id, ...fields } of [next, ...cursor.readBufferedDocuments()]) yield { id: _id, ...fields };
    }
  } finally {
    await cursor.close();
  }
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
  // A duplicate: another relay was writing the same event at the same moment.
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
