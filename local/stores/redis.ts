/** Redis, or its successor Valkey, which speaks the same protocol: the first that can be had. */
import { connect } from 'node:net';
import { freePort } from '../free-port.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { findInstallableRedis, type RedisProgram } from './installable-redis.ts';
import { findOnPath } from './on-path.ts';
import { type RunningStore, startServer, storeAtUrl } from './running-store.ts';

/**
 * Starts one on 127.0.0.1; it keeps nothing on disk.
 *
 * @param options.port a free one when left out
 * @param options.arguments of redis-server, after ours, so that they win
 * @returns `undefined` when there is none on this machine and none can be installed
 */
export async function startRedis(options: {
  folder: string;
  port?: number;
  arguments?: readonly string[];
  progress?: Progress;
}): Promise<RunningStore | undefined> {
  const given = process.env.REDIS_URL;
  if (given) return storeAtUrl('redis', 'REDIS_URL', given);
  const found = await findRedis(options.progress ?? silentProgress);
  if (found === undefined) return undefined;
  const port = options.port ?? (await freePort());
  return startServer({
    kind: 'redis',
    program: found.program,
    command: found.command,
    arguments: [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', options.folder],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no', '--logfile', ''],
      ...(options.arguments ?? []),
    ],
    folder: options.folder,
    url: `redis://127.0.0.1:${port}`,
    stopSignal: 'SIGTERM',
    ready: () => answersPing(port),
  });
}

async function findRedis(progress: Progress): Promise<RedisProgram | undefined> {
  for (const [name, called] of [
    ['redis-server', 'Redis'],
    ['valkey-server', 'Valkey'],
  ] as const) {
    const found = await findOnPath(name, /v=(\d+[\d.]*)/);
    if (found !== undefined) return { command: found.command, program: `${called} ${found.version} (on PATH)` };
  }
  return findInstallableRedis(progress);
}

/** An answer of any kind will do: a server that asks for a password is up as well. */
function answersPing(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', data => finish(/^(\+PONG|-NOAUTH|-NOPERM)/.test(data.toString())));
  });
}
