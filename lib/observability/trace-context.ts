/** Traces across processes, by W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/). */
import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';

/** No id may be all zeros, and no version `ff`. What a later version appends begins with another dash. */
const traceparent =
  /^(?<version>(?!ff)[\da-f]{2})-(?<traceId>(?!0{32})[\da-f]{32})-(?<spanId>(?!0{16})[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/;

type Header = string | readonly string[] | undefined;

/**
 * Who called, of which trace. A later version than 00 is read as far as 00 goes; of the flags only `sampled` is kept.
 *
 * @returns undefined without a well-formed traceparent, whatever tracestate says
 */
export function parseTraceContext(parent: Header, state: Header): SpanContext | undefined {
  const { version, traceId, spanId, flags, more } = traceparent.exec(String(parent))?.groups ?? {};
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined;
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags ?? '', 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(state !== undefined && { traceState: createTraceState(String(state)) }),
  };
}

/** What a callee is told. */
export function traceHeaders({ traceId, spanId, traceFlags, traceState }: SpanContext): Record<string, string> {
  const state = traceState?.serialize() ?? '';
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(state !== '' && { tracestate: state }),
  };
}
