/**
 * The edge of `npm start`, in the gateway's place: method and path choose the function, bodies stream both ways. It answers
 * for itself only when a function cannot be reached.
 */
import http from 'node:http';
import type { Contract } from '../lib/http/contract.ts';
import { refuseMalformed } from '../lib/http/malformed.ts';
import { Problem } from '../lib/http/problem.ts';
import { requestId } from '../lib/http/request-id.ts';
import { noSuchRoute, routesAt, routesOf, servesMethod } from '../lib/http/route.ts';
import { splitTarget } from '../lib/http/target.ts';
import { newTraceId } from '../lib/observability/trace.ts';

export interface Edge {
  readonly port: number;
  /** Takes no new connection; resolves when what has arrived is answered. */
  close(): Promise<void>;
  /** Cuts what is still being answered. */
  cut(): void;
}

/** Which function serves a request. */
export type Chooser = (method: string, path: string) => string;

export interface EdgeOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly choose: Chooser;
  /** The port on which that function takes requests now; `undefined` while it does on none. */
  portOf(name: string): number | undefined;
  /** Milliseconds for a function to begin its answer; its own limit is 10 s. */
  readonly patience?: number;
}

/** RFC 9110, 7.6.1, and those that `Connection` names. */
const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
];

const CLIENT_KEEPALIVE = 75_000;

/** For who runs a function, on its own port; nobody comes to them from outside. */
const probes = new Set(['/livez', '/readyz']);

/** Every route of the catalogue; what none of them serves goes to the `root` function. */
export function chooserFor(catalogue: readonly Contract[]): Chooser {
  const routes = catalogue.flatMap(contract => routesOf(contract).map(route => ({ ...route, name: contract.name })));
  const root = catalogue.find(({ kind }) => kind === 'root')?.name ?? 'root';
  return (method, path) => routesAt(routes, path).find(route => servesMethod(route, method))?.name ?? root;
}

export async function startEdge({ port, choose, portOf, patience = 15_000 }: EdgeOptions): Promise<Edge> {
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 256, timeout: 60_000 }); // functions keep them 95 s
  const server = http.createServer({ keepAliveTimeout: CLIENT_KEEPALIVE, requestTimeout: 0 }, (req, res) => {
    const { path } = splitTarget(req.url ?? '/');
    const target = portOf(choose(req.method ?? 'GET', path));
    if (probes.has(path)) refuse(req, res, noSuchRoute());
    else if (target === undefined) refuse(req, res, outOfReach());
    else forward(req, res, { agent, port: target, patience, closing: () => !server.listening });
  });
  server.on('clientError', (error, socket) => void refuseMalformed(error, socket, []));
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = new Promise<void>(resolve => {
        server.close(() => resolve());
      });
      const idle = setInterval(() => server.closeIdleConnections(), 100); // those whose answer had begun already
      await closed;
      clearInterval(idle);
      agent.destroy();
    },
    cut: () => server.closeAllConnections(),
  };
}

interface Upstream {
  readonly agent: http.Agent;
  readonly port: number;
  readonly patience: number;
  /** Whether the client's connection is to end with this answer. */
  closing(): boolean;
}

/** Once, and never again: whether a function has begun to act cannot be known from outside. */
function forward(req: http.IncomingMessage, res: http.ServerResponse, to: Upstream): void {
  const { agent, port, patience, closing } = to;
  const upstream = http.request({
    agent,
    host: '127.0.0.1',
    port,
    method: req.method,
    path: req.url,
    headers: requestHeaders(req),
    setHost: false,
  });
  const impatience = setTimeout(() => upstream.destroy(new Error('no answer in time')), patience);
  upstream.once('response', answer => {
    clearTimeout(impatience);
    res.sendDate = false; // the function's own stands
    if (closing()) res.shouldKeepAlive = false;
    res.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.rawHeaders));
    answer.pipe(res);
    answer.once('error', () => res.destroy()); // cut: the client must not take it for a whole one
  });
  upstream.once('error', () => {
    clearTimeout(impatience);
    if (res.headersSent) return; // an answer that came before the whole body was sent stands
    refuse(req, res, outOfReach());
  });
  res.once('close', () => {
    clearTimeout(impatience);
    if (!res.writableFinished) upstream.destroy(); // the client has gone
  });
  req.once('error', () => upstream.destroy());
  req.pipe(upstream);
}

function requestHeaders(req: http.IncomingMessage): string[] {
  const headers = passedOn(req.rawHeaders);
  if (req.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  if (req.headers.host === undefined) headers.push('Host', '127.0.0.1'); // HTTP/1.0 needs none, 1.1 does
  return headers;
}

/** Names and values in turn, as they came, without those that are this connection's own. */
function passedOn(raw: readonly string[]): string[] {
  const dropped = new Set(HOP_BY_HOP);
  const pairs = raw.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: raw[index + 1] ?? '' }] : []));
  for (const { name, value } of pairs) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const named of value.split(',')) dropped.add(named.trim().toLowerCase());
  }
  return pairs.flatMap(({ name, value }) => (dropped.has(name.toLowerCase()) ? [] : [name, value]));
}

function outOfReach(): Problem {
  const detail = 'The function that serves this cannot be reached.';
  return new Problem('unavailable', { detail, headers: { 'retry-after': '1' } });
}

function refuse(req: http.IncomingMessage, res: http.ServerResponse, problem: Problem): void {
  const id = requestId(req.headers['x-request-id'], newTraceId());
  req.unpipe();
  req.resume();
  res.writeHead(problem.status, {
    ...problem.headers,
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
  });
  res.end(req.method === 'HEAD' ? undefined : problem.document(id));
}
