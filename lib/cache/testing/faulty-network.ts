/** A way to a server that a test can make slow, swallow everything, or cut. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface FaultyNetwork {
  /** Where the server seems to be. */
  readonly url: string;
  /** So many connections have been made until now. */
  connections(): number;
  /** From now on whatever is sent is lost, both ways, and nobody is told. */
  swallow(): void;
  /** From now on what is sent arrives; what was swallowed never does. A connection that lost something is to be cut. */
  deliver(): void;
  /** From now on what is sent arrives so much later, and never before what was sent earlier. */
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

  function lead(from: Socket, to: Socket): void {
    const delayed: Buffer[] = [];
    sockets.add(from);
    from.on('data', data => {
      if (swallowing) return;
      if (late === 0 && delayed.length === 0) return void to.write(data);
      delayed.push(data);
      setTimeout(() => {
        const next = delayed.shift(); // the oldest, whichever timer is first
        if (next) to.write(next);
      }, late);
    });
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  const server = createServer(near => {
    connections++;
    const far = connect(Number(port), hostname);
    lead(near, far);
    lead(far, near);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  const through = new URL(url);
  through.host = `127.0.0.1:${address.port}`;
  return {
    url: through.href,
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
