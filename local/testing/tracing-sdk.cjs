/** A small OpenTelemetry SDK, loaded before a function: each span that ends is a line of the file SPANS. */
const { appendFileSync } = require('node:fs');
const { context, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { name, kind, attributes, status, parentSpanContext } = span;
      const { traceId, spanId } = span.spanContext();
      const parent = parentSpanContext?.spanId;
      const line = { name, kind, attributes, failed: status.code === 2, traceId, spanId, parent };
      appendFileSync(process.env.SPANS, `${JSON.stringify(line)}\n`);
    }
    done({ code: 0 });
  },
  shutdown: async () => {},
};

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
