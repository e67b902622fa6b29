/** What is no HTTP request: answered as a problem all the same. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { newTraceId } from '../observability/trace.ts';
import { Problem } from './problem.ts';

/**
 * Refuses what came over a connection, and ends it. One that the client has left is only closed.
 *
 * @param answering what is being answered: what came over this connection before has its answer first
 * @returns the id of the answer; undefined when the client has left
 */
export async function refuseMalformed(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  answering: Iterable<ServerResponse>,
): Promise<string | undefined> {
  const earlier = [...answering].filter(({ req }) => req.socket === socket && req.complete);
  await Promise.all(earlier.map(res => once(res, 'close')));
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const detail = tooLong ? 'The headers are too long.' : 'This is not a well-formed HTTP request.';
  const id = newTraceId();
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
  return id;
}
