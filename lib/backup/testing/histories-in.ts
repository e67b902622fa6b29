import { activityLog } from '../../activities/activity-log.ts';
import { withMongodb } from '../../stores/mongodb.ts';
import { openSession } from '../../stores/postgresql-session.ts';
import { type History, historiesOf, knownPortions } from '../task-activities.ts';
import { factsOf, type TaskFacts } from '../task-facts.ts';

/** All tasks and tombstones of an environment's stores, with all their activities. */
export async function historiesIn({ DATABASE_URL = '', MONGODB_URL = '' }): Promise<History<TaskFacts>[]> {
  const db = await openSession(DATABASE_URL, 'a test');
  try {
    return await withMongodb({ MONGODB_URL }, async mongo => {
      const found: History<TaskFacts>[] = [];
      for await (const known of knownPortions(db)) {
        found.push(...(await historiesOf({ db, log: mongo && activityLog(mongo) }, await factsOf(db, known))));
      }
      return found;
    });
  } finally {
    await db.close();
  }
}
