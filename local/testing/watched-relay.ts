/** The relay's process, which reaches its stores by way of gates that know what it asks, and may be killed there. */
import type { Api } from './api.ts';
import { type Exchange, type Watch, watchedExchanges } from './exchanges.ts';
import { type SpawnedFunction, spawnFunction } from './function-process.ts';
import { gateTo } from './gate.ts';
import { direct } from './mongodb-url.ts';

/** Whatever a pass asks of a store; what connects, beats and reads an empty outbox is left out. */
const markers = {
  'rows-to-log': 'rows-to-log',
  'rows-to-repair': 'rows-to-repair',
  'pass-lane-logged': 'pass-lane-logged',
  'pass-lane-repaired': 'pass-lane-repaired',
  createIndexes: '\x02createIndexes\0',
  update: '\x02update\0',
  eval: 'eval\r\n',
};

/** @param watchOf the watch of a process that may not have been started yet */
export async function watchedRelay(
  { environment: { DATABASE_URL = '', REDIS_URL = '', MONGODB_URL = '' } }: Api,
  watchOf: (kill: () => void) => Watch,
): Promise<SpawnedFunction> {
  let relay: SpawnedFunction | undefined;
  const watch = watchOf(() => relay?.kill('SIGKILL'));
  const carry = watchedExchanges(markers, watch);
  const gates = {
    postgresql: await gateTo(DATABASE_URL, carry),
    redis: await gateTo(REDIS_URL, carry),
    mongodb: await gateTo(MONGODB_URL, carry),
  };
  for (const gate of Object.values(gates)) await gate.open();
  const spawned = await spawnFunction('relay-activities', {
    DATABASE_URL: gates.postgresql.url,
    REDIS_URL: gates.redis.url,
    MONGODB_URL: direct(gates.mongodb.url),
  });
  relay = spawned;
  return {
    ...spawned,
    async [Symbol.asyncDispose]() {
      await spawned[Symbol.asyncDispose]();
      for (const gate of Object.values(gates)) await gate.shut();
    },
  };
}

/** Kills the process there, and lets nothing more pass. */
export function killedAt({ name, moment }: Exchange): (kill: () => void) => Watch {
  return kill => exchange => {
    if (exchange.name !== name || exchange.moment !== moment) return 'pass';
    kill();
    return 'stop';
  };
}
