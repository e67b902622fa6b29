/** The drill's log: a MongoDB database of its own, which its URL names and which there is before and after. */
import { activityCollection } from '../activities/activity-log.ts';
import type { Mongo } from '../stores/mongodb.ts';
import { isDuplicate, isNotForUs } from '../stores/mongodb-errors.ts';
import { Unusable } from './unusable.ts';

/** Stands in the database from before a drill writes into it until it is emptied again. */
interface Mark {
  readonly _id: 'mark';
  /** Which drill's it is. */
  readonly drill: string;
  /** The epoch of the database that was drilled for. */
  readonly epoch: string;
}

function marks({ db }: Mongo) {
  return db.collection<Mark>('drill', { writeConcern: { w: 'majority', journal: true }, readPreference: 'primary' });
}

/** Of MongoDB's own. */
const system = /^system\./;

/** A name of this drill, and of the system whose drills take turns. */
export type Drill = Pick<Mark, 'drill' | 'epoch'>;

/**
 * Marks the database as this drill's, empty; what an earlier drill of the same system left, because it was killed, is gone
 * then. It is not the live log: that has activities and no mark, or lacks the mark that is read here. Only of two that are
 * both empty nothing but a mark tells whether they are one; then that mark is all that was written, and it is taken back.
 *
 * @throws {Unusable} when it is the live log, or has what no drill of this system left @throws {Unavailable}
 */
export async function takeScratchLog(scratch: Mongo, live: Mongo | undefined, mine: Drill): Promise<void> {
  await expectNothingElse(scratch);
  const left = await markIn(scratch);
  if (left) {
    await expectAnother(left, live);
    if (left.epoch !== mine.epoch) throw new Unusable('the scratch log has the mark of a drill of another system', own);
  } else if (await scratch.reached(() => activityCollection(scratch).findOne({}))) {
    throw new Unusable('the scratch log has activities that no drill has left there', own);
  }
  const mark: Mark = { _id: 'mark', ...mine };
  await setMark(scratch, left, mark);
  try {
    await expectAnother(mark, live);
  } catch (error) {
    await scratch.reached(() => marks(scratch).deleteOne({ ...mark }));
    throw error;
  }
  await emptyActivities(scratch);
}

/** Empties it, unless it is another drill's by now. @throws {Unavailable} */
export async function leaveScratchLog(scratch: Mongo, { drill }: Drill): Promise<void> {
  if ((await markIn(scratch))?.drill !== drill) return;
  await emptyActivities(scratch);
  await scratch.reached(() => marks(scratch).deleteOne({ _id: 'mark', drill }));
}

const own = 'Name in SCRATCH_MONGODB_URL a database that is empty, and that nobody but the drill uses.';

async function expectNothingElse(scratch: Mongo): Promise<void> {
  const ours = [activityCollection(scratch).collectionName, marks(scratch).collectionName];
  for (const name of await collectionsIn(scratch)) {
    if (ours.includes(name) || system.test(name)) continue;
    if (await scratch.reached(() => scratch.db.collection(name).findOne({})))
      throw new Unusable(`the scratch log's database has other things: ${name}`, own);
  }
}

/** None when whoever asks may not know. */
function collectionsIn(mongo: Mongo): Promise<string[]> {
  return mongo.reached(async () => {
    try {
      const found = await mongo.db.listCollections({}, { nameOnly: true }).toArray();
      return found.map(({ name }) => name);
    } catch (error) {
      if (isNotForUs(error)) return [];
      throw error;
    }
  });
}

function markIn(mongo: Mongo): Promise<Mark | null> {
  return mongo.reached(() => marks(mongo).findOne({ _id: 'mark' }));
}

async function expectAnother({ drill }: Mark, live: Mongo | undefined): Promise<void> {
  if (!live || (await markIn(live))?.drill !== drill) return;
  throw new Unusable('the scratch log is the live one', own);
}

/** In the place of the one that was found, and of no other. */
async function setMark(scratch: Mongo, left: Mark | null, mark: Mark): Promise<void> {
  const set = await scratch.reached(async () => {
    if (left) return (await marks(scratch).updateOne({ ...left }, { $set: { drill: mark.drill } })).matchedCount === 1;
    try {
      await marks(scratch).insertOne(mark);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  });
  if (!set) throw new Unusable('the scratch log was taken by another drill at this moment', own);
}

/** Deleted together. */
const batchSize = 500;

/** One by one rather than the collection or the database: Firestore has its databases and their indexes from elsewhere. */
async function emptyActivities(scratch: Mongo): Promise<void> {
  const activities = activityCollection(scratch);
  for (;;) {
    const some = await scratch.reached(() =>
      activities.find({}, { projection: { _id: 1 }, limit: batchSize }).toArray(),
    );
    if (some.length === 0) return;
    await scratch.reached(() => activities.deleteMany({ _id: { $in: some.map(({ _id }) => _id) } }));
  }
}
