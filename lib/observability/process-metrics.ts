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
    memory.set(process.memoryUsage.rss());
    heap.set(process.memoryUsage().heapUsed);
    const files = openFiles();
    if (files) {
      open.set(files.open);
      limit.set(files.limit);
    }
    const { p50, p99, max } = lag();
    lags.p50.set(p50);
    lags.p99.set(p99);
    lags.max.set(max);
  });
}

/** From /proc, which only Linux has. */
function openFiles(): { open: number; limit: number } | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return { open: readdirSync('/proc/self/fd').length - 1, limit: Number(limit) };
}
