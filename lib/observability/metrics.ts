/** The metrics of one function process, in Prometheus' names and units. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface RequestLabels {
  /** A template, never a path. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
}

/** What becomes of calls to one store. */
export interface StoreCalls {
  took(seconds: number): void;
  failed(reason: FailureReason): void;
}

export type FailureReason = (typeof failureReasons)[number];

const failureReasons = ['unavailable', 'too_slow', 'other'] as const;

export interface Metrics {
  /** Prometheus' text exposition. */
  exposition(): Promise<string>;
  readonly contentType: string;
  /** Each exposition waits for it; it must not fail. */
  beforeExposition(refresh: () => void | Promise<void>): void;
  request(labels: RequestLabels, seconds: number): void;
  /** Begins the series of a route at 0: of one that began at 1, nobody could tell that it grew. */
  expectRequests(labels: Omit<RequestLabels, 'status'>): void;
  storeCalls(store: string): StoreCalls;
  readonly inFlight: { inc(): void; dec(): void };
  counter(name: string, help: string, labelNames: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames: readonly string[]): Gauge;
}

/** Anybody may send a method of his own; each that had a series would be kept for good. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A registry of its own for each process, so that several functions can live in one test. */
export function openMetrics(functionName: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ function: functionName });
  const registers = [registry];
  const refreshes: (() => void | Promise<void>)[] = [];

  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request being read to its answer being written.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers,
  });
  const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered now.', registers });
  const storeDuration = new Histogram({
    name: 'store_operation_duration_seconds',
    help: 'Time that a caller waited for a statement, command or operation of a store, failed ones included.',
    labelNames: ['store'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  const storeErrors = new Counter({
    name: 'store_operation_errors_total',
    help: 'Statements, commands and operations of a store that failed.',
    labelNames: ['store', 'reason'],
    registers,
  });

  return {
    async exposition() {
      await Promise.all(refreshes.map(refresh => refresh()));
      return registry.metrics();
    },
    contentType: registry.contentType,
    beforeExposition: refresh => void refreshes.push(refresh),
    request({ route, method, status }, seconds) {
      const known = methods.has(method) ? method : 'other';
      duration.observe({ route, method: known, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
    expectRequests({ route, method }) {
      for (const status of ['2xx', '5xx']) duration.zero({ route, method, status });
    },
    inFlight,
    storeCalls(store) {
      for (const reason of failureReasons) storeErrors.inc({ store, reason }, 0);
      return {
        took: storeDuration.labels(store).observe,
        failed: reason => storeErrors.inc({ store, reason }),
      };
    },
    counter: (name, help, labelNames) => new Counter({ name, help, labelNames: [...labelNames], registers }),
    gauge: (name, help, labelNames) => new Gauge({ name, help, labelNames: [...labelNames], registers }),
  };
}
