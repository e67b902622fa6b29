/** A TCP connection to a function, for what no HTTP client would send. */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawConnection extends Disposable {
  send(text: string): void;
  /** Says that nothing more will be sent. */
  end(): void;
  /** The next answer, interim ones (1xx) included; undefined when the connection was closed before it was whole. */
  next(): Promise<RawAnswer | undefined>;
  /** Resolves when the function has closed the connection. */
  readonly closed: Promise<void>;
}

export async function connectTo(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let isClosed = false;
  let wake = () => {};
  socket.on('error', () => {}); // 'close' follows
  socket.on('data', data => {
    received = Buffer.concat([received, data]);
    wake();
  });
  const closed = new Promise<void>(resolve => {
    const close = () => {
      isClosed = true;
      wake();
      resolve();
    };
    socket.once('end', close);
    socket.once('close', close);
  });

  return {
    send: text => void socket.write(text, 'latin1'),
    end: () => void socket.end(),
    async next() {
      for (;;) {
        const parsed = firstAnswer(received);
        if (parsed) {
          received = received.subarray(parsed.length);
          return parsed.answer;
        }
        if (isClosed) return undefined;
        await new Promise<void>(resolve => (wake = resolve));
      }
    },
    closed,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

function firstAnswer(bytes: Buffer): { answer: RawAnswer; length: number } | undefined {
  const headLength = bytes.indexOf('\r\n\r\n');
  if (headLength < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headLength).split('\r\n');
  const headers = Object.fromEntries(lines.map(nameAndValue));
  const length = headLength + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < length) return undefined;
  const body = bytes.toString('utf8', headLength + 4, length);
  return { answer: { status: Number(statusLine.split(' ')[1]), headers, body }, length };
}

function nameAndValue(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
