/** A Redis server of a test's own, which it may hang, kill and fill. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../local/free-port.ts';
import { startRedis } from '../../../local/stores/redis.ts';
import { type Command, openRedis } from '../../stores/redis.ts';

export interface ThrowAwayRedis {
  readonly url: string;
  /** One command, on a connection beside the one under test; throws what Redis refuses. */
  command(...command: Command): Promise<unknown>;
  /** The server stops answering; its connections stand, and the kernel still accepts new ones. */
  hang(): void;
  resume(): void;
  /** At once, as if the machine had lost its power. */
  kill(): Promise<void>;
  /** On the same port, with the data that it saved. */
  startAgain(): Promise<void>;
  /** For good. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function throwAwayRedis(): Promise<ThrowAwayRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'throw-away-redis-'));
  const port = await freePort();
  const beat = Promise.withResolvers<void>();
  let server = await start();
  const redis = openRedis(server.url, { beat: () => beat.resolve(), lost: () => {} });
  await beat.promise;

  async function start() {
    const { url, pid, exited } = (await startRedis({ folder, port })) ?? {};
    if (!url || !pid || !exited) throw new Error('these tests need a Redis server of their own');
    return { url, pid, exited };
  }

  async function kill(): Promise<void> {
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
  }

  return {
    url: server.url,
    async command(...command) {
      const [answer] = await redis.send([command]);
      if (answer && 'reply' in answer) return answer.reply;
      throw answer?.error;
    },
    hang: () => void process.kill(server.pid, 'SIGSTOP'),
    resume: () => void process.kill(server.pid, 'SIGCONT'),
    kill,
    async startAgain() {
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await redis.close();
      await kill().catch(() => {}); // a test killed it
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
