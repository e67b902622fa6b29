/** A TCP port in front of a server, which a test opens, slows, hangs, cuts and shuts. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../free-port.ts';

export interface Gate extends AsyncDisposable {
  /** The server's URL, by way of the gate. */
  readonly url: string;
  /** Connections that were taken so far. */
  taken(): number;
  /** New connections reach the server; what hung goes on. */
  open(): Promise<void>;
  /** From now on what is sent arrives so many milliseconds later, each way. */
  slow(milliseconds: number): void;
  /** Connections stand and new ones are taken, and nothing passes. */
  hang(): Promise<void>;
  /** Connections are reset, and what is on its way is lost; new ones are taken as before. */
  cut(): void;
  /** Connections are reset and new ones refused, as at the start. */
  shut(): Promise<void>;
}

/** Carries what a client and the server say to each other, and that one of them has closed the connection. */
export type Carry = (client: Socket, server: Socket) => void;

/** @param carry takes the place of what a gate can slow */
export async function gateTo(serverUrl: string, carry?: Carry): Promise<Gate> {
  const target = new URL(serverUrl);
  const through = new URL(serverUrl);
  const port = await freePort();
  through.hostname = '127.0.0.1';
  through.port = String(port);
  const sockets = new Set<Socket>();
  let hanging = false;
  let late = 0;
  let taken = 0;

  const add = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (hanging) socket.pause();
    return socket;
  };
  const pass = (from: Socket, to: Socket) => {
    const onTheWay: Buffer[] = [];
    const arrive = () => {
      const data = onTheWay.shift(); // the oldest, whatever timer this was: what is less late overtakes nothing
      if (data !== undefined) to.write(data);
    };
    from.on('data', (data: Buffer) => {
      onTheWay.push(data);
      if (late === 0) while (onTheWay.length > 0) arrive();
      else setTimeout(arrive, late);
    });
    from.on('close', () => setTimeout(() => to.destroySoon(), late));
  };
  function carryBoth(client: Socket, server: Socket): void {
    pass(client, server);
    pass(server, client);
  }
  const gate = createServer(client => {
    taken += 1;
    const server = add(connect(Number(target.port), target.hostname));
    add(client);
    (carry ?? carryBoth)(client, server);
  });

  const listen = async () => {
    if (gate.listening) return;
    gate.listen(port, '127.0.0.1');
    await once(gate, 'listening');
  };
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const shut = async () => {
    cut();
    if (!gate.listening) return;
    gate.close();
    await once(gate, 'close');
  };
  return {
    url: through.href,
    taken: () => taken,
    async open() {
      hanging = false;
      for (const socket of sockets) socket.resume();
      await listen();
    },
    slow(milliseconds) {
      late = milliseconds;
    },
    async hang() {
      hanging = true;
      for (const socket of sockets) socket.pause();
      await listen();
    },
    cut,
    shut,
    [Symbol.asyncDispose]: shut,
  };
}
