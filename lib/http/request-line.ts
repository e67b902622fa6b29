/** What the log says of a request, in Cloud Logging's fields (HttpRequest), and how severe that is. */
import type { IncomingMessage } from 'node:http';
import { isUuid } from './uuid.ts';

export interface Finished {
  readonly req: IncomingMessage;
  /** As it may be told. */
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
  /** Bytes of the answer's body; undefined when there was no answer. */
  readonly size: number | undefined;
}

/**
 * Not in it: the query and the user agent, which are whatever the caller wrote; the tenant and the address, which may be
 * a person's. The load balancer's own line has the address, under the same trace.
 */
export function httpRequest({ req, path, status, seconds, size }: Finished): Record<string, unknown> {
  return {
    requestMethod: req.method,
    requestUrl: path,
    status,
    latency: `${seconds.toFixed(4)}s`,
    protocol: `HTTP/${req.httpVersion}`,
    ...sizes(req.headers['content-length'], size),
  };
}

/** An error is a defect, a warning a store that is away or too slow. Whatever else is refused is the caller's to mend. */
export function severityOf(status: number): 'error' | 'warn' | 'info' {
  if (status === 500) return 'error';
  return status > 500 ? 'warn' : 'info';
}

/** Longer than any path that leads somewhere. */
const longestPath = 128;

/**
 * A path is told for its ids, which are UUIDs. What else a caller has put into it is not: it may be a token.
 *
 * @param routes the templates of the paths that there are
 */
export function pathTeller(routes: readonly string[]): (path: string) => string {
  const words = new Set(routes.flatMap(route => route.split('/')));
  const told = (segment: string) => (words.has(segment) || isUuid(segment) ? segment : '…');
  return path => {
    const whole = path.split('/').map(told).join('/');
    return whole.length > longestPath ? `${whole.slice(0, longestPath)}…` : whole;
  };
}

/** Of the bodies, in decimal digits as the field wants them; of a request that came in pieces none is told. */
function sizes(sent: string | undefined, answered: number | undefined): Record<string, string> {
  return {
    ...(sent !== undefined && { requestSize: sent }),
    ...(answered !== undefined && { responseSize: String(answered) }),
  };
}
