/** The body of a request: its type, its size, its text, its JSON. */
import type { IncomingMessage } from 'node:http';
import type { BodyContract } from './contract.ts';
import type { Checked } from './faults.ts';
import { Problem } from './problem.ts';

/**
 * Reads the body as JSON; what is no JSON is a fault of the whole body.
 *
 * @throws {Problem} 415 or 413, in this order
 */
export async function readJson(
  req: IncomingMessage,
  { types, limit }: Pick<BodyContract, 'types' | 'limit'>,
): Promise<Checked<unknown>> {
  checkType(req, types);
  return parseJson(await readBody(req, limit));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseJson(bytes: Buffer): Checked<unknown> {
  try {
    return { value: JSON.parse(utf8.decode(bytes)) };
  } catch (error) {
    const detail = error instanceof SyntaxError ? 'The body is not JSON.' : 'The body is not valid UTF-8.';
    return { faults: [{ pointer: '', detail }] };
  }
}

function checkType(req: IncomingMessage, types: readonly string[]): void {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map(part => part.trim());
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (types.includes(type) && (charset ?? 'utf-8') === 'utf-8' && encoding === 'identity') return;
  throw new Problem('unsupported-media-type', { detail: `Send ${types.join(' or ')} in UTF-8, not compressed.` });
}

/** How much of a refused body is still read, so that its sender comes to read the answer. */
const discardLimit = 16 * 1024 * 1024;

/** The framework's own host has read the body before us, and keeps the bytes as `rawBody`. */
async function readBody(req: IncomingMessage & { rawBody?: unknown }, limit: number): Promise<Buffer> {
  const tooLarge = () => new Problem('body-too-large', { detail: `The body may have ${limit} bytes.` });
  if (Buffer.isBuffer(req.rawBody)) {
    if (req.rawBody.length > limit) throw tooLarge();
    return req.rawBody;
  }
  if (req.readableEnded) return Buffer.alloc(0);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  req.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else if (length <= limit + discardLimit) reject(tooLarge());
    else req.destroy();
  });
  req.on('end', () => resolve(Buffer.concat(chunks, Math.min(length, limit))));
  const cutOff = () => reject(new Problem('bad-request', { detail: 'The body was cut off.' }));
  req.on('error', cutOff);
  req.on('close', cutOff);
  if (Number(req.headers['content-length'] ?? 0) > limit) reject(tooLarge());
  return promise;
}
