/** A Redis server of a test's own, which it may hang, kill and fill. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startRedis } from '../../../local/stores/redis.ts';
import { type Answer, type Command, openRedis } from '../../stores/redis.ts';

export interface ThrowAwayRedis {
  readonly url: string;
  readonly port: number;
  /** One command, on a connection beside the one under test; throws what Redis refuses. */
  command(...command: Command): Promise<unknown>;
  /** The server stops answering, and its connections stand. */
  hang(): void;
  resume(): void;
  /** At once, as if the machine had lost its power; for good. */
  kill(): Promise<void>;
}

export async function throwAwayRedis(options: { port?: number; arguments?: string[] } = {}): Promise<ThrowAwayRedis> {
  vi.stubEnv('REDIS_URL', ''); // a server that others use must not be harmed
  const folder = mkdtempSync(join(tmpdir(), 'throw-away-redis-'));
  const server = await startRedis({ folder, ...options });
  vi.unstubAllEnvs();
  const pid = server?.pid;
  if (server === undefined || pid === undefined) throw new Error('no Redis server can be had on this machine');
  const { promise: connected, resolve } = Promise.withResolvers<void>();
  const redis = openRedis(server.url, { beat: () => resolve(), lost: () => {} });
  await connected;

  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    async command(...command) {
      const [answer] = await redis.send([command]);
      return replyOf(answer);
    },
    hang: () => void process.kill(pid, 'SIGSTOP'),
    resume: () => void process.kill(pid, 'SIGCONT'),
    async kill() {
      await redis.close();
      process.kill(pid, 'SIGKILL');
      await server.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function replyOf(answer: Answer | undefined): unknown {
  if (answer === undefined) throw new Error('Redis did not answer');
  if ('error' in answer) throw answer.error;
  return answer.reply;
}
