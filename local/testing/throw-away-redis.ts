/** A Redis server of a test's own, which it may hang, kill and fill. */

import { type Command, openRedis } from '../../lib/stores/redis.ts';
import { startRedis } from '../stores/redis.ts';
import { type ThrowAwayServer, throwAwayServer } from './throw-away-server.ts';

export interface ThrowAwayRedis extends ThrowAwayServer {
  /** One command, on a connection beside the one under test; throws what Redis refuses. */
  command(...command: Command): Promise<unknown>;
}

export async function throwAwayRedis(): Promise<ThrowAwayRedis> {
  const beat = Promise.withResolvers<void>();
  const server = await throwAwayServer('redis', startRedis);
  const redis = openRedis(server.url, { beat: () => beat.resolve(), lost: () => {} });
  await beat.promise;
  return {
    ...server,
    async command(...command) {
      const [answer] = await redis.send([command]);
      if (answer && 'reply' in answer) return answer.reply;
      throw answer?.error;
    },
    async [Symbol.asyncDispose]() {
      await redis.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
