/** One request and its answer: written exactly once, timed, logged and counted. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Telemetry } from '../observability/telemetry.ts';
import type { Answer } from './answer.ts';
import type { Problem } from './problem.ts';
import { problemOf, timedOut } from './problem-of.ts';
import { enterRequest } from './request-entry.ts';
import { requestId } from './request-id.ts';
import { httpRequest, pathTeller, severityOf } from './request-line.ts';
import { splitTarget } from './target.ts';

/** Milliseconds a request has, its body included. */
const deadline = 10_000;

export interface Exchange {
  readonly req: IncomingMessage;
  readonly requestId: string;
  readonly path: string;
  /** Without its `?`. */
  readonly search: string;
  /** Puts headers on the answer, whatever it will be. */
  announce(headers: Readonly<Record<string, string>>): void;
}

export interface Exchanges {
  /**
   * Answers `req` with what `respond` returns, or with the problem it throws.
   *
   * @param route the request's label in the metrics: a template, never a path
   */
  run(req: IncomingMessage, res: ServerResponse, route: string, respond: (exchange: Exchange) => Promise<Answer>): void;
  /** Answers 503 to all that are still waiting. */
  expire(): void;
}

export interface Served {
  /** Templates of the paths that are known here. */
  readonly paths: readonly string[];
  /** The type of the CloudEvents that are taken here. */
  readonly event?: string;
}

export function openExchanges({ log, metrics }: Telemetry, { paths, event }: Served): Exchanges {
  const waiting = new Set<() => void>();
  const tellPath = pathTeller(paths);

  const run: Exchanges['run'] = (req, res, route, respond) => {
    const startedAt = performance.now();
    const { path, search } = splitTarget(req.url ?? '/');
    const told = tellPath(path);
    const entry = enterRequest(req, { path: told, route, event });
    const id = requestId(req.headers['x-request-id'], entry.traceId);
    /** Bytes of the body. */
    let size: number | undefined;
    /** The caller has had all the time, and has not sent all. */
    let stalled = false;
    /** Unless it is answered already: the deadline may have been first. */
    const answer = (given: Answer) => {
      if (!res.headersSent && !res.destroyed) size = write(res, id, given);
    };
    const refuse = (problem: Problem) => answer(problemAnswer(problem, id));

    const expire = () => {
      // The rest of a body that did not come in time is not waited for.
      if (!req.complete && !res.headersSent) res.setHeader('connection', 'close');
      refuse(timedOut());
    };
    const timer = setTimeout(() => {
      stalled = !req.complete;
      expire();
    }, deadline);
    waiting.add(expire);
    metrics.inFlight.inc();

    res.once('close', () => {
      clearTimeout(timer);
      waiting.delete(expire);
      metrics.inFlight.dec();
      const seconds = (performance.now() - startedAt) / 1000;
      const status = res.writableFinished ? res.statusCode : 499;
      const method = req.method ?? '';
      metrics.request({ route, method, status: stalled ? 408 : status }, seconds);
      const line = { httpRequest: httpRequest({ req, path: told, status, seconds, size }), request_id: id };
      entry.within(() => log[severityOf(status)](line, `${method} ${route} ${status}`));
      entry.end({ 'http.response.status_code': status }, status >= 500 ? String(status) : undefined);
    });

    const announce: Exchange['announce'] = headers => {
      if (!res.headersSent) for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    };
    const fail = (error: unknown) => {
      const problem = problemOf(error);
      if (problem.slug === 'internal') log.error({ error, request_id: id }, 'defect');
      else if (problem.status >= 500) log.warn({ error, request_id: id }, problem.slug);
      refuse(problem);
    };
    entry.within(() => respond({ req, requestId: id, path, search, announce }).then(answer, fail));
  };

  return {
    run,
    expire() {
      for (const answer of waiting) answer();
    },
  };
}

function problemAnswer(problem: Problem, id: string): Answer {
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
    body: problem.document(id),
  };
}

/** @returns the bytes of the body */
function write(res: ServerResponse, id: string, { status, headers, body }: Answer): number {
  const size = body === undefined ? 0 : Buffer.byteLength(body);
  res.removeHeader('x-powered-by');
  res.writeHead(status, {
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
    'cache-control': 'no-store',
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': size }),
    ...headers,
  });
  res.end(body);
  return res.req.method === 'HEAD' ? 0 : size;
}
