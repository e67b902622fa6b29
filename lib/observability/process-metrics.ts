/** What Prometheus' dashboards expect of any process (process_*), and of one on Node (nodejs_*). */
import { readdirSync, readFileSync } from 'node:fs';
import { eventLoopLag } from './event-loop-lag.ts';
import type { Metrics } from './metrics.ts';

/** The names are those of prom-client's default metrics, most of which nobody looks at. */
export function exposeProcess(metrics: Metrics): void {
  const gauge = (name: string, help: string) => metrics.gauge(name, help, []);
  const cpu = metrics.counter('process_cpu_seconds_total', 'CPU time, user and system.', []);
  const memory = gauge('process_resident_memory_bytes', 'Resident memory.');
  const started = gauge('process_start_time_seconds', 'When the process began, since 1970.');
  const open = gauge('process_open_fds', 'Open file descriptors.');
  const limit = gauge('process_max_fds', 'File descriptors that may be open.');
  const heap = gauge('nodejs_heap_size_used_bytes', 'Memory that objects take.');
  const lags = {
    p50: gauge('nodejs_eventloop_lag_p50_seconds', 'Median lateness of a timer.'),
    p99: gauge('nodejs_eventloop_lag_p99_seconds', '99th percentile of the lateness of a timer.'),
    max: gauge('nodejs_eventloop_lag_max_seconds', 'Greatest lateness of a timer.'),
  };
  const lag = eventLoopLag();

  started.set(performance.timeOrigin / 1_000);
  metrics.beforeExposition(() => {
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    const used = whatIsUsed();
    if (used) {
      memory.set(used.memory);
      heap.set(used.heap);
      open.set(used.open);
      limit.set(used.limit);
    }
    const { p50, p99, max } = lag();
    lags.p50.set(p50);
    lags.p99.set(p99);
    lags.max.set(max);
  });
}

/** Undefined when no file descriptor is left to look with: what was told last is told again. Linux only. */
function whatIsUsed(): { memory: number; heap: number; open: number; limit: number } | undefined {
  try {
    const { rss, heapUsed } = process.memoryUsage();
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return { memory: rss, heap: heapUsed, open: readdirSync('/proc/self/fd').length - 1, limit: Number(limit) };
  } catch {
    return undefined;
  }
}
