/** What MongoDB holds of an API's activities, behind the functions' back: list-activities would show a second copy once. */
import { MongoClient } from 'mongodb';
import type { Api } from './api.ts';

/** @returns `<task id> <version>` for each document, sorted */
export async function loggedVersions(api: Api): Promise<string[]> {
  const client = new MongoClient(api.environment.MONGODB_URL ?? '');
  try {
    const found = await client.db().collection('activities').find().toArray();
    return found.map(({ task_id, version }) => `${task_id} ${version}`).sort();
  } finally {
    await client.close();
  }
}
