/** What a function is asked while its pods are replaced. */
import { randomUUID } from 'node:crypto';

/** A function of each kind: it reads from the cache, or from PostgreSQL; it writes; it is the root. */
export const askedFunctions = ['get-task', 'list-tasks', 'create-task', 'update-task', 'api-root'] as const;

export type AskedFunction = (typeof askedFunctions)[number];

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  /** Of its good answer. */
  readonly status: 200 | 201;
}

/** The next request to a function; each that changes something changes something else. @param id of a task that is there */
export function nextRequest(name: AskedFunction, id: string): Request {
  const body = JSON.stringify({ title: randomUUID() });
  const requests: Readonly<Record<AskedFunction, Request>> = {
    'get-task': { method: 'GET', path: `/api/tasks/${id}`, status: 200 },
    'list-tasks': { method: 'GET', path: '/api/tasks?limit=5', status: 200 },
    'create-task': { method: 'POST', path: '/api/tasks', body, status: 201 },
    'update-task': { method: 'PATCH', path: `/api/tasks/${id}`, body, status: 200 },
    'api-root': { method: 'GET', path: '/health', status: 200 },
  };
  return requests[name];
}

/** As it goes over the wire. */
export function wired({ method, path, body = '' }: Request): string {
  const about = body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: a\r\n${about}\r\n${body}`;
}
