/** One function under so many requests at once for some seconds. */
import autocannon, { type Asked } from 'autocannon';
import type { Load } from './loads.ts';
import { busySeconds, processorSeconds, residentMemory } from './process-usage.ts';
import type { ServerUsage } from './server-usage.ts';
import type { Supply } from './supply.ts';

export interface Measured {
  readonly concurrency: number;
  /** Good answers a second. */
  readonly throughput: number;
  /** How many were answered 503. */
  readonly refused: number;
  /** Milliseconds: of a hundred answers, so many are faster. */
  readonly p10: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of each request. */
  readonly processor: number;
  /** Milliseconds of PostgreSQL's processor for each request. */
  readonly postgresql: number;
  /** Of the core. */
  readonly share: number;
  /** What others have had of that core meanwhile. */
  readonly others: number;
  /** MiB, at its end. */
  readonly memory: number;
}

export interface Subject {
  readonly load: Load;
  readonly url: string;
  readonly pid: number;
  /** That it runs on. */
  readonly core: number;
}

/** @throws when an answer is neither a good one nor a 503 */
export async function measure(
  { load, url, pid, core }: Subject,
  { supply, server }: { readonly supply: Supply; readonly server: ServerUsage },
  { concurrency, seconds }: { readonly concurrency: number; readonly seconds: number },
): Promise<Measured> {
  const setupRequest = (asked: Asked): Asked => {
    const { method, path, body, headers = {} } = load.next(supply);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return {
      ...asked,
      method,
      path,
      headers: { ...headers, ...type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
  };
  const times: number[] = [];
  let refused = 0;
  const wrong = new Set<number>();
  const postgresql = await server.begin();
  const [begun, processor, busy] = [performance.now(), processorSeconds(pid), busySeconds(core)];
  const running = autocannon({
    url,
    connections: concurrency,
    duration: seconds,
    sampleInt: 50,
    requests: [{ setupRequest }],
  });
  running.on('response', (_client, status, _bytes, milliseconds) => {
    if (status < 300) times.push(milliseconds);
    else if (status === 503) refused += 1;
    else wrong.add(status);
  });
  const { errors } = await running;
  const elapsed = (performance.now() - begun) / 1_000;
  if (wrong.size > 0) throw new Error(`${load.name} answered ${[...wrong].join(', ')}`);
  if (errors > 0) throw new Error(`${load.name} did not answer ${errors} times`);

  const used = processorSeconds(pid) - processor;
  const usedByPostgresql = await postgresql();
  times.sort((one, other) => one - other);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Infinity;
  return {
    concurrency,
    throughput: times.length / elapsed,
    refused,
    p10: at(0.1),
    p50: at(0.5),
    p99: at(0.99),
    processor: (1_000 * used) / times.length,
    postgresql: (1_000 * usedByPostgresql) / times.length,
    share: used / elapsed,
    others: Math.max(0, (busySeconds(core) - busy - used) / elapsed),
    memory: residentMemory(pid),
  };
}
