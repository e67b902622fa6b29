/** A TCP port of 127.0.0.1 that nothing listens on. */
import { createServer } from 'node:net';

const LOWEST = 20_000;
const HIGHEST = 32_000; // below the ports that Linux gives to outgoing connections, which could take ours in the meantime

/** Given out by this process: who got one may not listen on it yet. */
const given = new Set<number>();

/** A port that was chosen otherwise, and is to be given to nobody else. */
export function reservePort(port: number): void {
  given.add(port);
}

export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
