/** An HTTP server of a test's own, which answers JSON as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly path: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** @returns its URL, without a slash at the end */
export async function answering(answer: (asked: Asked, url: string) => object | undefined): Promise<string> {
  const server = createServer(async (request: IncomingMessage, response) => {
    const { url: path = '', headers } = request;
    const found = answer({ path, body: await text(request), authorization: headers.authorization }, url);
    response.writeHead(found === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return url;
}
