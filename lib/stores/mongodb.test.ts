import { expect, test } from 'vitest';
import { mongodbUrl, openMongodb } from './mongodb.ts';

test('a URL may name several hosts', () => {
  for (const url of ['mongodb://a:1,b:2/db?replicaSet=r', 'mongodb+srv://u:p@h', 'mongodb://h/'])
    expect(mongodbUrl.safeParse(url).success).toBe(true);
  for (const url of ['mongodb://', 'http://h/db', 'mongodb:/h']) expect(mongodbUrl.safeParse(url).success).toBe(false);
});

test.for([
  ['mongodb://a:1,b:2/db?replicaSet=r', 'db'],
  ['mongodb://u:p@h/db', 'db'],
  ['mongodb://h', 'task_manager'],
  ['mongodb://h/?tls=true', 'task_manager'],
] as const)('%s is the database %s', async ([url, name]) => {
  const mongo = openMongodb(url);
  expect(mongo.db.databaseName).toBe(name);
  await mongo.close();
});
