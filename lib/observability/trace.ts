/**
 * The trace of what is being done. It reaches the log and whoever is called by itself; spans are recorded where an
 * OpenTelemetry SDK was loaded before us. Without one there is nobody behind the API who would keep what is current.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { traceHeaders } from './trace-context.ts';

const tracer = trace.getTracer('task-manager');
const current = new AsyncLocalStorage<Context>();

/** What is being done for somebody outside of this process. */
export interface Entry {
  readonly traceId: string;
  /** All that `work` begins belongs to the trace, timers and promises included. */
  within<T>(work: () => T): T;
  /** @param failure what kind it was; undefined when it went well, or the caller is to blame */
  end(attributes: Attributes, failure: string | undefined): void;
}

/** A part of it, done by somebody else. */
export interface Call {
  /** For whom is called: the trace, and who calls. Empty when there is no trace. */
  readonly headers: Readonly<Record<string, string>>;
  end(failure?: unknown): void;
}

export interface SpanDescription {
  /** Of few values: no id, no path. */
  readonly name: string;
  readonly attributes: Attributes;
}

const entryKinds = { request: SpanKind.SERVER, event: SpanKind.CONSUMER } as const;
const callKinds = { store: SpanKind.CLIENT, event: SpanKind.PRODUCER } as const;

/** Begins a part of the caller's trace, or a trace. */
export function enter(
  kind: keyof typeof entryKinds,
  { name, attributes }: SpanDescription,
  caller: SpanContext | undefined,
): Entry {
  const outside = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const span = tracer.startSpan(name, { kind: entryKinds[kind], attributes }, outside);
  const own = hasOwnId(span, caller) ? span : trace.wrapSpanContext(unrecorded(caller));
  const inside = trace.setSpan(outside, own);
  return {
    traceId: own.spanContext().traceId,
    within: work => current.run(inside, () => context.with(inside, work)),
    end(last, failure) {
      span.setAttributes(last);
      endSpan(span, failure);
    },
  };
}

/** Begins a part of what is being done now. */
export function call(kind: keyof typeof callKinds, { name, attributes }: SpanDescription): Call {
  const span = tracer.startSpan(name, { kind: callKinds[kind], attributes }, current.getStore() ?? ROOT_CONTEXT);
  const own = span.spanContext();
  return {
    headers: isSpanContextValid(own) ? traceHeaders(own) : {},
    end: failure => endSpan(span, failure),
  };
}

/** Whether somebody records what is being done now. What nobody asked for, such as a clock's work, is not recorded. */
export function isRecorded(): boolean {
  const here = current.getStore();
  return here !== undefined && trace.getSpan(here)?.isRecording() === true;
}

export function currentTrace(): SpanContext | undefined {
  const here = current.getStore();
  return here && trace.getSpanContext(here);
}

export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** Without an SDK a span is the caller's again, or nobody's. */
function hasOwnId(span: Span, caller: SpanContext | undefined): boolean {
  const own = span.spanContext();
  return isSpanContextValid(own) && own.spanId !== caller?.spanId;
}

/** With an id of its own all the same: by it the log tells two requests of one trace apart. */
function unrecorded(caller: SpanContext | undefined): SpanContext {
  const spanId = randomBytes(8).toString('hex');
  return caller
    ? { ...caller, spanId, isRemote: false }
    : { traceId: newTraceId(), spanId, traceFlags: TraceFlags.NONE };
}

/** An error's message may hold what people wrote: its kind is all that is told. */
function endSpan(span: Span, failure: unknown): void {
  if (failure !== undefined) {
    span.setAttribute('error.type', failure instanceof Error ? failure.name : String(failure));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
