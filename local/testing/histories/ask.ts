/** Sends a request to a process, and tells what was seen of it. */
import type { RequestOptions } from '../served-api.ts';
import type { Body, Deed, IfMatch, Observation } from './observation.ts';
import type { ProcessName } from './plan.ts';
import type { World } from './world.ts';

let asked = 0;

/** @param taskId nothing matters for a creation */
export async function ask(world: World, by: ProcessName, taskId: string, deed: Deed): Promise<Observation> {
  asked += 1;
  const requestId = `request-${asked}`;
  const { method, path, options } = requestOf(deed, taskId);
  const headers = { ...options.headers, 'x-request-id': requestId };
  const began = performance.now();
  const reply = await world.hosts[by].api.request(method, path, { ...options, headers });
  const ended = performance.now();
  const etag = reply.headers.get('etag');
  const body: Body | undefined = reply.json;
  return {
    requestId,
    by,
    deed,
    began,
    ended,
    status: reply.status,
    version: etag === null ? undefined : Number(etag.slice(1, -1)),
    cache: reply.headers.get('x-cache') ?? undefined,
    body,
  };
}

function requestOf(deed: Deed, id: string): { method: string; path: string; options: RequestOptions } {
  const path = `/api/tasks/${id}`;
  switch (deed.kind) {
    case 'create':
      return { method: 'POST', path: '/api/tasks', options: { body: deed.fields } };
    case 'get':
      return { method: 'GET', path, options: {} };
    case 'list activities':
      return { method: 'GET', path: `${path}/activities?limit=100`, options: {} };
    case 'restore':
      return { method: 'POST', path: `${path}/restore`, options: {} };
    case 'patch':
      return { method: 'PATCH', path, options: { body: deed.patch, headers: conditionOf(deed.ifMatch) } };
    case 'delete':
      return { method: 'DELETE', path, options: { headers: conditionOf(deed.ifMatch) } };
  }
}

function conditionOf(ifMatch: IfMatch): Record<string, string> {
  if (ifMatch === undefined) return {};
  return { 'if-match': ifMatch === '*' ? '*' : ifMatch.map(version => `"${version}"`).join(', ') };
}
