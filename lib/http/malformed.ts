/** What node:http refuses before there is a request: answered as a problem all the same. */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.ts';

/** A listener for `clientError`. A connection that the client has left is only closed. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const detail = tooLong ? 'The headers are too long.' : 'This is not an HTTP request.';
  const id = randomUUID();
  const body = new Problem('bad-request', { detail }).document(id);
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'x-content-type-options: nosniff',
      `x-request-id: ${id}`,
      'cache-control: no-store',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
