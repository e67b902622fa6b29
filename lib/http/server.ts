/** The host of our containers: one function on node:http, with probes, a metrics port and a drain. */
import { once } from 'node:events';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { exitOn, exitOnUncaught } from '../exit.ts';
import { exposeBuild } from '../observability/build-info.ts';
import { observeColdStart } from '../observability/cold-start.ts';
import type { Logger } from '../observability/log.ts';
import { exposeProcess } from '../observability/process-metrics.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { HostedFunction } from './function.ts';
import { refuseMalformed } from './malformed.ts';
import { splitTarget } from './target.ts';

/** Longer than the 90 s for which Knative's queue-proxy keeps an idle connection: the proxy must be the one that closes. */
const keepAliveTimeout = 95_000;
/** Node wants it longer than keepAliveTimeout. */
const headersTimeout = 100_000;

/** Milliseconds after SIGTERM. A proxy learns from /readyz within the first, and meets no closed door. */
const drain = { stopsListening: 5_000, expires: 11_000, cuts: 11_250, ends: 11_500 };

export interface Server {
  readonly url: string;
  readonly metricsUrl: string;
  readonly log: Logger;
  /** Answers what arrives for 5 s more, what arrived until second 11, then closes everything. A second call waits for the first. */
  drain(): Promise<void>;
  /** Closes everything at once. */
  close(): Promise<void>;
}

/**
 * Starts a function and its metrics port. It listens before it connects: no store is waited for.
 *
 * @throws {BadEnvironment}
 */
export async function startServer(hosted: HostedFunction, variables: NodeJS.ProcessEnv): Promise<Server> {
  const { open, host, telemetry } = hosted.start(variables);
  const coldStart = observeColdStart(telemetry.metrics);
  let draining = false;
  const answering = new Set<http.ServerResponse>();

  const refuse = async (error: Error, socket: Duplex) => {
    const id = await refuseMalformed(error, socket, answering);
    if (id !== undefined) telemetry.log.info({ request_id: id }, 'refused: no well-formed HTTP request');
  };
  const answer = (req: http.IncomingMessage, res: http.ServerResponse) => {
    if (req.httpVersion === '1.1' && req.headers.host === undefined)
      return void refuse(new Error('no Host'), req.socket);
    if (draining) res.setHeader('connection', 'close');
    if (req.url === '/livez') return probe(res, 200);
    if (req.url === '/readyz') return probe(res, draining ? 503 : 200);
    answering.add(res);
    const began = performance.now();
    res.once('close', () => {
      answering.delete(res);
      if (res.writableFinished) coldStart.answered((performance.now() - began) / 1_000);
    });
    open.handle(req, res);
  };
  // Whatever node:http would answer by itself is refused as a problem, or answered.
  const server = http.createServer(
    { keepAliveTimeout, headersTimeout, requestTimeout: 0, requireHostHeader: false },
    answer,
  );
  server.on('checkExpectation', answer);
  server.on('clientError', refuse);
  const metrics = http.createServer((req, res) => serveMetrics(telemetry, req, res));
  try {
    await Promise.all([listen(server, host.PORT, host.HOST), listen(metrics, host.METRICS_PORT, host.HOST)]);
  } catch (error) {
    await Promise.allSettled([closeServer(server), closeServer(metrics), open.close()]);
    throw error;
  }
  coldStart.listens();
  exposeProcess(telemetry.metrics);
  exposeBuild(telemetry.metrics, host.K_REVISION);
  telemetry.log.info({ port: portOf(server), metrics_port: portOf(metrics) }, 'listening');

  const close = async () => {
    server.closeAllConnections();
    metrics.closeAllConnections();
    await Promise.all([closeServer(server), closeServer(metrics), open.close()]);
  };

  const drainOnce = async () => {
    telemetry.log.info('draining');
    draining = true;
    const end = delay(drain.ends);
    for (const res of answering) if (!res.headersSent) res.setHeader('connection', 'close');
    await delay(drain.stopsListening);
    const answered = closeServer(server);
    const expiry = setTimeout(open.expire, drain.expires - drain.stopsListening);
    await Promise.race([answered, delay(drain.cuts - drain.stopsListening)]);
    clearTimeout(expiry);
    await Promise.race([close(), end]); // a store that hangs does not hang us
    telemetry.log.info('ended');
  };
  let drained: Promise<void> | undefined;

  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    metricsUrl: `http://127.0.0.1:${portOf(metrics)}/metrics`,
    log: telemetry.log,
    close,
    drain() {
      drained ??= drainOnce();
      return drained;
    },
  };
}

/** What a container runs: serves until SIGTERM or SIGINT, exits 0 within 12 s of it; 78 for a bad environment. */
export async function serve(hosted: HostedFunction): Promise<void> {
  const starting = startServer(hosted, process.env);
  const end = () => void starting.then(server => server.drain()).then(() => process.exit(0));
  // Before it says that it listens: who reads that may end it at once.
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  try {
    const { log } = await starting;
    exitOnUncaught(log);
  } catch (error) {
    exitOn(error, hosted.contract.name);
  }
}

function probe(res: http.ServerResponse, status: 200 | 503): void {
  res.writeHead(status, { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' });
  res.end(status === 200 ? 'ok\n' : 'draining\n');
}

async function serveMetrics(
  { log, metrics }: Telemetry,
  req: http.IncomingMessage,
  res: http.ServerResponse,
): Promise<void> {
  res.setHeader('x-content-type-options', 'nosniff');
  if (splitTarget(req.url ?? '').path !== '/metrics') return void res.writeHead(404).end();
  if (req.method !== 'GET' && req.method !== 'HEAD') return void res.writeHead(405, { allow: 'GET, HEAD' }).end();
  try {
    const body = await metrics.exposition();
    res.writeHead(200, { 'content-type': metrics.contentType }).end(body);
  } catch (error) {
    log.error({ error }, 'no metrics');
    res.writeHead(500).end();
  }
}

/** Resolves when the server listens, rejects when it cannot. */
async function listen(server: http.Server, port: number, host: string | undefined): Promise<void> {
  server.listen({ port, ...(host !== undefined && { host }) });
  await once(server, 'listening');
}

/** Stops listening and closes idle connections; resolves when the last request is answered. */
async function closeServer(server: http.Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}

function portOf(server: http.Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
