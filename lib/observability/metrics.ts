/** The metrics of one function process, in Prometheus' names and units. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface RequestLabels {
  readonly route: string;
  readonly method: string;
  readonly status: number;
}

export interface Metrics {
  /** Prometheus' text exposition. */
  exposition(): Promise<string>;
  readonly contentType: string;
  /** Each exposition waits for it; it must not reject. */
  beforeExposition(refresh: () => Promise<void>): void;
  request(labels: RequestLabels, seconds: number): void;
  readonly inFlight: { inc(): void; dec(): void };
  counter(name: string, help: string, labelNames: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames: readonly string[]): Gauge;
}

/** A registry of its own for each process, so that several functions can live in one test. */
export function openMetrics(functionName: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ function: functionName });
  const registers = [registry];
  const refreshes: (() => Promise<void>)[] = [];

  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request being read to its answer being written.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers,
  });
  const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered now.', registers });

  return {
    async exposition() {
      await Promise.all(refreshes.map(refresh => refresh()));
      return registry.metrics();
    },
    contentType: registry.contentType,
    beforeExposition: refresh => void refreshes.push(refresh),
    request: ({ route, method, status }, seconds) =>
      duration.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds),
    inFlight,
    counter: (name, help, labelNames) => new Counter({ name, help, labelNames: [...labelNames], registers }),
    gauge: (name, help, labelNames) => new Gauge({ name, help, labelNames: [...labelNames], registers }),
  };
}
