/** For each function that the gateway reaches, a request that can be made again and again, and is always answered well. */
import { randomUUID } from 'node:crypto';
import type { Client, Request } from '../../delivery/client.ts';
import { Failure } from '../../local/failure.ts';

export interface Deed {
  readonly function: string;
  /** Of a good answer. */
  readonly status: 200 | 201 | 204;
  /** Whether each good answer is a change, which the activity log has to show once. */
  readonly changes: boolean;
  next(): Request;
}

/** What one worker does, one after the other: no other worker touches its tasks. */
export type Turn = readonly Deed[];

export async function turnsOf(client: Client): Promise<readonly Turn[]> {
  const task = async () => `/api/tasks/${await newTask(client)}`;
  const [read, updated, replaced, batched, trashed] = await Promise.all([task(), task(), task(), task(), task()]);
  const title = () => ({ title: randomUUID() });
  return [
    [changing('create-task', 201, () => ({ method: 'POST', path: '/api/tasks', body: title() }))],
    [reading('get-task', read)],
    [reading('list-tasks', '/api/tasks?limit=5')],
    [changing('update-task', 200, () => ({ method: 'PATCH', path: updated, body: title() }))],
    [
      changing('replace-task', 200, () => ({
        ...{ method: 'PUT', path: replaced, body: title() },
        headers: { 'if-match': '*' },
      })),
    ],
    [
      changing('delete-task', 204, () => ({ method: 'DELETE', path: trashed })),
      changing('restore-task', 200, () => ({ method: 'POST', path: `${trashed}/restore` })),
    ],
    [
      changing('batch-tasks', 200, () => ({
        method: 'POST',
        path: '/api/tasks/batch',
        body: updateOf(batched, title()),
      })),
    ],
    [reading('list-activities', `${read}/activities?limit=5`)],
    [reading('summarize-activities', '/api/activities/summary?days=1')],
    [reading('list-changes', '/api/changes?limit=5')],
    [reading('api-root', '/health')],
  ];
}

function reading(name: string, path: string): Deed {
  return { function: name, status: 200, changes: false, next: () => ({ method: 'GET', path }) };
}

function changing(name: string, status: Deed['status'], next: () => Request): Deed {
  return { function: name, status, changes: true, next };
}

function updateOf(path: string, task: object): object {
  return { operations: [{ op: 'update', id: path.split('/').at(-1), task }] };
}

async function newTask(client: Client): Promise<string> {
  const { status, text } = await client.ask({ method: 'POST', path: '/api/tasks', body: { title: 'under load' } });
  if (status === 201) return JSON.parse(text).id;
  throw new Failure('making a task through the gateway', `${status} ${text}`, 'look whether the URL is the gateway’s');
}
