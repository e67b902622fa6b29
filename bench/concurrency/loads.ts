/** What each function is asked when it is measured: often the same kind of thing, never the same thing. */
import { randomUUID } from 'node:crypto';
import type { Asked } from 'autocannon';
import type { Contract } from '../../lib/http/contract.ts';
import type { Supply } from './supply.ts';

export interface Load {
  readonly name: Contract['name'];
  /** When it is not the usual: a request as large as may be, or a process without Redis. */
  readonly kind?: 'largest' | 'uncached';
  /** Of each task that a request uses up: is it in the trash? */
  readonly usesUp?: 'tasks' | 'trashed tasks';
  next(
    supply: Supply,
  ): Pick<Asked, 'method' | 'path'> & { readonly body?: unknown; readonly headers?: Asked['headers'] };
}

const title = () => `task ${randomUUID()}`;

const description = 'd'.repeat(10_000);

export const loads: readonly Load[] = [
  { name: 'get-task', next: ({ some }) => ({ method: 'GET', path: `/api/tasks/${some()}` }) },
  { name: 'get-task', kind: 'uncached', next: ({ some }) => ({ method: 'GET', path: `/api/tasks/${some()}` }) },
  { name: 'list-tasks', next: () => ({ method: 'GET', path: '/api/tasks?status=pending' }) },
  { name: 'create-task', next: () => ({ method: 'POST', path: '/api/tasks', body: { title: title() } }) },
  {
    name: 'update-task',
    next: ({ some }) => ({ method: 'PATCH', path: `/api/tasks/${some()}`, body: { title: title() } }),
  },
  {
    name: 'replace-task',
    next: ({ some }) => ({
      method: 'PUT',
      path: `/api/tasks/${some()}`,
      body: { title: title() },
      headers: { 'if-match': '*' },
    }),
  },
  {
    name: 'delete-task',
    usesUp: 'tasks',
    next: ({ another }) => ({ method: 'DELETE', path: `/api/tasks/${another()}` }),
  },
  {
    name: 'restore-task',
    usesUp: 'trashed tasks',
    next: ({ another }) => ({ method: 'POST', path: `/api/tasks/${another()}/restore` }),
  },
  {
    name: 'batch-tasks',
    next: () => ({
      method: 'POST',
      path: '/api/tasks/batch',
      body: { operations: Array.from({ length: 10 }, () => ({ op: 'create', task: { title: title() } })) },
    }),
  },
  {
    name: 'batch-tasks',
    kind: 'largest', // a body of almost 1 MiB
    next: () => ({
      method: 'POST',
      path: '/api/tasks/batch',
      body: {
        operations: Array.from({ length: 100 }, () => ({ op: 'create', task: { title: title(), description } })),
      },
    }),
  },
  { name: 'list-activities', next: ({ some }) => ({ method: 'GET', path: `/api/tasks/${some()}/activities` }) },
  { name: 'summarize-activities', next: () => ({ method: 'GET', path: '/api/activities/summary?days=7' }) },
  { name: 'list-changes', next: () => ({ method: 'GET', path: '/api/changes' }) },
  { name: 'api-root', next: () => ({ method: 'GET', path: '/health' }) },
];

export function titleOf({ name, kind }: Load): string {
  return kind === undefined ? name : `${name}, ${kind}`;
}
