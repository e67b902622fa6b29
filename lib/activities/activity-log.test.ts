import { expect, test } from 'vitest';
import { openMongodb } from '../stores/mongodb.ts';
import { activityCollection } from './activity-log.ts';

test('a write counts when it is on disk on a majority: the relay drops its own copy then', async () => {
  const mongo = openMongodb('mongodb://127.0.0.1:9/none');
  expect(activityCollection(mongo).writeConcern).toMatchObject({ w: 'majority', journal: true });
  await mongo.close();
});
