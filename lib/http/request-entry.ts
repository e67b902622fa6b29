/** A request as an entry into a trace, by OpenTelemetry's conventions for HTTP and for CloudEvents. */
import type { IncomingMessage } from 'node:http';
import { type Entry, enter } from '../observability/trace.ts';
import { parseTraceContext } from '../observability/trace-context.ts';

export interface Served {
  /** As it may be told. */
  readonly path: string;
  /** A template; what begins with no slash is none, and names the function. */
  readonly route: string;
  /** The type of the CloudEvents that are taken here. */
  readonly event: string | undefined;
}

export function enterRequest({ method = '', headers }: IncomingMessage, { path, route, event }: Served): Entry {
  const attributes = {
    'http.request.method': method,
    'url.scheme': 'http',
    'url.path': path,
    ...(route.startsWith('/') && { 'http.route': route }),
  };
  const caller = parseTraceContext(headers.traceparent, headers.tracestate);
  if (event === undefined) return enter('request', { name: `${method} ${route}`, attributes }, caller);
  // The header tells of the last hop. What an event says itself is where it began: the same, unless a broker was between.
  const origin = parseTraceContext(headers['ce-traceparent'], headers['ce-tracestate']);
  return enter('event', { name: `CloudEvents Process ${event}`, attributes }, caller ?? origin);
}
