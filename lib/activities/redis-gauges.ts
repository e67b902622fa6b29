/** What Redis tells of its memory at each scrape, over the relay's own connection and behind its breaker. */
import type { GuardedRedis } from '../cache/process-redis.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { TellUp } from './store-up.ts';

/** Without an answer there are no series, and Redis is told to be down. */
export function openRedisGauges(redis: GuardedRedis, tellUp: TellUp, metrics: Metrics): void {
  const used = metrics.gauge('redis_memory_used_bytes', 'Memory that Redis uses.', []);
  const max = metrics.gauge('redis_memory_max_bytes', 'Memory that Redis may use; 0 when there is no limit.', []);

  async function memory(): Promise<string | undefined> {
    const session = redis.session();
    if (session === undefined) return undefined;
    const said = await redis.run(session, ['info', 'memory']);
    return typeof said === 'string' ? undefined : String(said.reply);
  }

  metrics.beforeExposition(async () => {
    const info = await memory();
    tellUp('redis', info === undefined ? 'down' : 'up');
    tell(used, info, /^used_memory:(\d+)/m);
    tell(max, info, /^maxmemory:(\d+)/m);
  });
}

function tell(gauge: ReturnType<Metrics['gauge']>, info: string | undefined, field: RegExp): void {
  const bytes = field.exec(info ?? '')?.[1];
  if (bytes === undefined) gauge.remove();
  else gauge.set(Number(bytes));
}
