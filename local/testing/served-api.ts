/** The API in this process: each function with a server and connections of its own, opened when it is first asked for. */
import { catalogue } from '../../functions/catalogue.ts';
import type { Contract } from '../../lib/http/contract.ts';
import type { HostedFunction } from '../../lib/http/function.ts';
import { routesAt, servesMethod } from '../../lib/http/route.ts';
import { type Server, startServer } from '../../lib/http/server.ts';
import type { Task } from '../../lib/tasks/task.ts';
import { asItsRole } from './as-its-role.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  readonly json: any;
}

export interface RequestOptions {
  /** Sent as JSON, unless it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api {
  /** Sent to the function that the catalogue's routes name, as the edge would. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  create(task: Record<string, unknown>): Promise<Task>;
  /** @throws unless it is answered with 200 */
  get(id: string): Promise<Task>;
  patch(id: string, patch: Record<string, unknown>, headers?: Record<string, string>): Promise<Reply>;
  /** The address of one function. */
  url(name: string): Promise<string>;
  /** Where its metrics are. */
  metricsUrl(name: string): Promise<string>;
  /** What every function of this API is started with, each with a login of its role to the database; this is the superuser's. */
  readonly environment: Readonly<Record<string, string>>;
}

export function serveApi(environment: Readonly<Record<string, string>>): Api & AsyncDisposable {
  const servers = new Map<string, Promise<Server>>();

  const serverOf = (name: string) => {
    const server = servers.get(name) ?? hosted(name).then(found => startServer(found, asItsRole(name, environment)));
    servers.set(name, server);
    return server;
  };

  const request: Api['request'] = async (method, path, { body, headers = {} } = {}) => {
    const server = await serverOf(functionFor(method, path));
    const response = await fetch(server.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };

  const expecting = async (status: number, reply: Promise<Reply>) => {
    const { status: given, json, text } = await reply;
    if (given !== status) throw new Error(`expected ${status}, got ${given}: ${text}`);
    return json;
  };

  return {
    request,
    create: task => expecting(201, request('POST', '/api/tasks', { body: task })),
    get: id => expecting(200, request('GET', `/api/tasks/${id}`)),
    patch: (id, patch, headers = {}) => request('PATCH', `/api/tasks/${id}`, { body: patch, headers }),
    url: async name => (await serverOf(name)).url,
    metricsUrl: async name => (await serverOf(name)).metricsUrl,
    environment,
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers.values()].map(async server => (await server).close()));
    },
  };
}

/** What a function needs besides its stores, when nobody has to be kept out. */
export const openToAll: Readonly<Record<string, string>> = {
  PORT: '0',
  METRICS_PORT: '0',
  LOG_LEVEL: 'silent',
  AUTH_MODE: 'disabled',
  RATE_LIMIT_PER_MINUTE: '0',
};

/** The function that the edge would send it to. */
export function functionFor(method: string, path: string): string {
  const pathname = new URL(path, 'http://localhost').pathname;
  const served = catalogue.flatMap(contract =>
    contract.kind === 'http' ? [{ ...contract.route, name: contract.name }] : [],
  );
  const route = routesAt(served, pathname).find(candidate => servesMethod(candidate, method));
  return route?.name ?? 'api-root';
}

/** The function that `functions/<name>/index.ts` exports. */
export async function hosted(name: Contract['name']): Promise<HostedFunction> {
  const module: Record<string, unknown> = await import(`../../functions/${name}/index.ts`);
  const found = Object.values(module).find(isHosted);
  if (!found) throw new Error(`functions/${name}/index.ts exports no function`);
  return found;
}

function isHosted(value: unknown): value is HostedFunction {
  return typeof value === 'function' && 'contract' in value && 'start' in value;
}
