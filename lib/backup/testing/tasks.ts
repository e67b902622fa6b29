/** Tasks in every state that a backup meets, and what the API tells of them. */
import { type Api, openApi } from '../../../local/testing/api.ts';
import { sendCleanUp, sendNudge } from '../../../local/testing/events.ts';
import { sql } from '../../../local/testing/sql.ts';

/** Without Redis: a restore empties the cache, which all tests share. */
export function openUncached(changes: Readonly<Record<string, string>> = {}): Promise<Api & AsyncDisposable> {
  return openApi({ REDIS_URL: '', ...changes });
}

/** One task of each kind; of some, activities are in the log, of others in the outbox, of some in both. */
export async function makeTasks(api: Api): Promise<readonly string[]> {
  const make = async () => (await api.create({ title: 'made', labels: ['a', 'b'], due_at: '2027-01-01T00:00:00Z' })).id;
  const trash = (id: string) => api.request('DELETE', `/api/tasks/${id}`);
  const ids = await Promise.all(Array.from({ length: 6 }, make));
  const [changed = '', trashed = '', restored = '', purged = '', halfLogged = ''] = ids;
  await api.patch(changed, { title: 'changed', status: 'completed' });
  await api.patch(changed, { description: 'unicode: \u{1f600}\u2028 "quoted"', assignee: 'bob' });
  for (const id of [trashed, restored, purged]) await trash(id);
  await api.request('POST', `/api/tasks/${restored}/restore`);
  await sql(api, `update tasks set deleted_at = deleted_at - interval '31 days' where id = '${purged}'`);
  await sendCleanUp(api);
  await sendNudge(api);
  await api.patch(halfLogged, { priority: 'high' });
  return ids;
}

/** What a client sees of tasks: each with all its activities. */
export async function seen(api: Api, ids: readonly string[]): Promise<unknown[]> {
  const each = async (id: string) => {
    const task = await api.request('GET', `/api/tasks/${id}`);
    const activities = await api.request('GET', `/api/tasks/${id}/activities?limit=100`);
    const { request_id: _, ...answer } = task.json;
    return { status: task.status, answer, activities: activities.json };
  };
  return Promise.all(ids.map(each));
}

/** So many clients that make, change and trash tasks, with the relay at work, until they are disposed of. */
export function writers(api: Api, count: number): AsyncDisposable {
  let writing = true;
  const write = async () => {
    for (let round = 0; writing; round += 1) {
      const { id } = await api.create({ title: 'x' });
      await api.patch(id, { title: 'y', status: 'completed' });
      if (round % 3 === 0) await api.request('DELETE', `/api/tasks/${id}`);
      if (round % 8 === 0) await sendNudge(api);
    }
  };
  const all = Array.from({ length: count }, write);
  return {
    async [Symbol.asyncDispose]() {
      writing = false;
      await Promise.all(all);
    },
  };
}
