/** A store's server of a test's own, which it may hang and kill. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { freePort } from '../free-port.ts';
import type { RunningStore, StoreKind } from '../stores/running-store.ts';

export interface ThrowAwayServer extends AsyncDisposable {
  readonly url: string;
  /** The server stops answering; its connections stand, and the kernel still accepts new ones. */
  hang(): void;
  resume(): void;
  /** At once, as if the machine had lost its power. */
  kill(): Promise<void>;
  /** On the same port, with the data that it saved. */
  startAgain(): Promise<void>;
}

/** What starts it, always on the same port and in the same folder. */
export type Start = (place: { folder: string; port: number }) => Promise<RunningStore | undefined>;

export async function throwAwayServer(kind: StoreKind, startIn: Start): Promise<ThrowAwayServer> {
  const folder = mkdtempSync(`${tmpdir()}/throw-away-${kind}-`);
  const port = await freePort();
  let server = await start();

  async function start() {
    const { url, pid, exited } = (await startIn({ folder, port })) ?? {};
    if (!url || !pid || !exited) throw new Error(`this test needs a server of its own: ${kind}`);
    return { url, pid, exited };
  }

  async function kill(): Promise<void> {
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
  }

  return {
    url: server.url,
    hang: () => void process.kill(server.pid, 'SIGSTOP'),
    resume: () => void process.kill(server.pid, 'SIGCONT'),
    kill,
    async startAgain() {
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await kill().catch(() => {}); // a test killed it
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
