/** A way to a server that a test can make swallow everything, or cut. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface FaultyNetwork {
  /** Where the server seems to be. */
  readonly url: string;
  /** So many connections have been made until now. */
  connections(): number;
  /** From now on whatever is sent is lost, both ways, and nobody is told. */
  swallow(): void;
  /** From now on what is sent arrives; what was swallowed never does. */
  deliver(): void;
  /** From now on what is sent arrives so much later. */
  delay(milliseconds: number): void;
  /** Ends every connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function faultyNetwork(url: string): Promise<FaultyNetwork> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let swallowing = false;
  let late = 0;
  let connections = 0;

  const server = createServer(near => {
    connections++;
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', data => {
        if (!swallowing && late > 0) setTimeout(() => to.write(data), late);
        else if (!swallowing) to.write(data);
      });
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    connections: () => connections,
    swallow() {
      swallowing = true;
    },
    deliver() {
      swallowing = false;
    },
    delay(milliseconds) {
      late = milliseconds;
    },
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
