/** GET /health: the state of each store, as this process and the relay see it. */
import { mongodbHeartbeat } from '../../lib/activities/mongodb-heart.ts';
import { cacheVariables, openProcessCache } from '../../lib/cache/process-cache.ts';
import type { Answer } from '../../lib/http/answer.ts';
import type { Opener, Resource } from '../../lib/http/function.ts';
import { type Heartbeat, lastBeat } from '../../lib/stores/heartbeat.ts';
import { openPostgresql, postgresqlVariables, takesWrites } from '../../lib/stores/postgresql.ts';
import type { Store } from '../../lib/stores/store.ts';
import type { HealthReport } from './health-report.ts';

type StoreStates = HealthReport['stores'];
type State = StoreStates[Store];

export interface HealthProbe extends Resource {
  probe(): Promise<StoreStates>;
}

const variables = { ...postgresqlVariables, ...cacheVariables };

export const healthProbe: Opener<typeof variables, HealthProbe> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const cache = openProcessCache(environment, telemetry);
    const redisState = () => (cache.state() === 'open' ? 'down' : 'up');
    return {
      async probe() {
        const redis = environment.REDIS_URL === undefined ? 'absent' : redisState();
        try {
          const postgresql = (await takesWrites(db)) ? 'up' : 'down';
          return { postgresql, redis, mongodb: mongodbState(await lastBeat(db, mongodbHeartbeat)) };
        } catch {
          // Whatever it was, it is what this page is there to say.
          return { postgresql: 'down', redis, mongodb: 'down' };
        }
      },
      close: async () => void (await Promise.all([db.close(), cache.close()])),
    };
  },
};

/** Seconds after which the relay is taken for away: it writes every ten. */
const longestSilence = 30;

function mongodbState(heartbeat: Heartbeat | undefined): State {
  const { age, detail } = heartbeat ?? { age: Number.POSITIVE_INFINITY, detail: {} };
  if (detail.state === 'absent') return 'absent';
  return age <= longestSilence && detail.state === 'up' ? 'up' : 'down';
}

export async function health({ probe }: HealthProbe): Promise<Answer> {
  const stores = await probe();
  const down = stores.postgresql === 'down';
  const degraded = stores.redis === 'down' || stores.mongodb === 'down';
  const report: HealthReport = { status: down ? 'down' : degraded ? 'degraded' : 'ok', stores };
  return {
    status: down ? 503 : 200,
    headers: down ? { 'retry-after': '1' } : {},
    body: JSON.stringify(report),
  };
}
