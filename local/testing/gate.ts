/** A TCP port in front of a server, which a test opens, shuts and hangs. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../free-port.ts';

export interface Gate extends AsyncDisposable {
  /** The server's URL, by way of the gate. */
  readonly url: string;
  /** Connections that were taken so far. */
  taken(): number;
  /** New connections reach the server. */
  open(): Promise<void>;
  /** Connections stand and new ones are taken, and nothing passes. */
  hang(): Promise<void>;
  /** Connections are cut and new ones refused, as at the start. */
  shut(): Promise<void>;
}

/** Carries what a client and the server say to each other, and that one of them has closed the connection. */
export type Carry = (client: Socket, server: Socket) => void;

const carryAll: Carry = (client, server) => {
  client.pipe(server).pipe(client);
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
};

export async function gateTo(serverUrl: string, carry: Carry = carryAll): Promise<Gate> {
  const target = new URL(serverUrl);
  const through = new URL(serverUrl);
  const port = await freePort();
  through.hostname = '127.0.0.1';
  through.port = String(port);
  const sockets = new Set<Socket>();
  let hanging = false;
  let taken = 0;

  const add = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const gate = createServer(client => {
    add(client);
    taken += 1;
    if (hanging) return void client.pause();
    const server = add(connect(Number(target.port), target.hostname));
    carry(client, server);
  });

  const listen = async () => {
    if (gate.listening) return;
    gate.listen(port, '127.0.0.1');
    await once(gate, 'listening');
  };
  const shut = async () => {
    for (const socket of sockets) socket.destroy();
    if (!gate.listening) return;
    gate.close();
    await once(gate, 'close');
  };
  return {
    url: through.href,
    taken: () => taken,
    async open() {
      hanging = false;
      await listen();
    },
    async hang() {
      hanging = true;
      for (const socket of sockets) socket.unpipe().pause();
      await listen();
    },
    shut,
    [Symbol.asyncDispose]: shut,
  };
}
