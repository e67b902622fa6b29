/** Tells by a heartbeat row whether MongoDB answers: api-root's /health asks no store that it does not use. */
import type { Telemetry } from '../observability/telemetry.ts';
import { beat } from '../stores/heartbeat.ts';
import type { Mongo } from '../stores/mongodb.ts';
import type { Queryable } from '../stores/postgresql.ts';

export const mongodbHeartbeat = 'mongodb';

/** Milliseconds. */
const heartRate = { look: 2_000, write: 10_000 };

export interface Heart {
  /** Undefined before the first look. */
  state(): MongodbState | undefined;
  close(): void;
}

export type MongodbState = 'up' | 'down' | 'absent';

/** Writes whether MongoDB answers: at once when that changes, and every ten seconds. */
export function openMongodbHeart(db: Queryable, mongo: Mongo | undefined, { log }: Telemetry): Heart {
  let seen: MongodbState | undefined;
  let written: { state: MongodbState; at: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function look(): Promise<void> {
    const state = mongo ? await stateOf(mongo) : 'absent';
    seen = state;
    const stale = !written || written.state !== state || Date.now() - written.at >= heartRate.write;
    if (stale && !closed) {
      await beat(db, mongodbHeartbeat, { state });
      written = { state, at: Date.now() };
    }
  }

  async function run(): Promise<void> {
    await look().catch(error => log.debug({ error }, 'no heartbeat'));
    if (!closed) timer = setTimeout(run, heartRate.look);
  }

  void run();
  return {
    state: () => seen,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

async function stateOf(mongo: Mongo): Promise<'up' | 'down'> {
  try {
    await mongo.ping();
    return 'up';
  } catch {
    return 'down';
  }
}
