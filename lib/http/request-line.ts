/** What the log says of a request, in Cloud Logging's fields (HttpRequest), and how severe that is. */
import type { IncomingMessage } from 'node:http';

export interface Finished {
  readonly req: IncomingMessage;
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
    requestUrl: cut(path),
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

/** A path is logged for its ids. What is longer has none of ours, and who knows what instead. */
export function cut(path: string): string {
  return path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;
}

/** Of the bodies, in decimal digits as the field wants them; of a request that came in pieces none is told. */
function sizes(sent: string | undefined, answered: number | undefined): Record<string, string> {
  return {
    ...(sent !== undefined && { requestSize: sent }),
    ...(answered !== undefined && { responseSize: String(answered) }),
  };
}
