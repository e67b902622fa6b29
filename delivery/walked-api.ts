/** The API of a client, as the examples of the documents ask it. */
import type { Task } from '../lib/tasks/task.ts';
import type { Api, Reply as ApiReply, RequestOptions } from '../local/testing/served-api.ts';
import type { Client } from './client.ts';

export interface Reply extends ApiReply {
  /** Method and path. */
  readonly asked: string;
}

export interface WalkedApi extends Pick<Api, 'create' | 'get'> {
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  patch(id: string, patch: Record<string, unknown>, headers?: Record<string, string>): Promise<Reply>;
}

export function walkedApi(client: Client): WalkedApi {
  const request: WalkedApi['request'] = async (method, path, options = {}) => {
    const { status, headers, text } = await client.ask({ method, path, ...options });
    const isJson = /json/.test(headers['content-type'] ?? '') && text !== '';
    const asked = `${method} ${path}`;
    return { asked, status, headers: headersOf(headers), text, json: isJson ? JSON.parse(text) : undefined };
  };
  const expecting = async (wanted: number, reply: Promise<Reply>): Promise<Task> => {
    const { status, text, json, asked } = await reply;
    if (status !== wanted) throw new Error(`${asked}: ${status}, not ${wanted}: ${text}`);
    return json;
  };
  return {
    request,
    create: task => expecting(201, request('POST', '/api/tasks', { body: task })),
    get: id => expecting(200, request('GET', `/api/tasks/${id}`)),
    patch: (id, patch, headers = {}) => request('PATCH', `/api/tasks/${id}`, { body: patch, headers }),
  };
}

function headersOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Headers {
  const all = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return new Headers(Object.fromEntries(all));
}
