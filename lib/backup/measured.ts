/** Bytes that are measured on their way: how many, and their digest. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Stored } from './manifest.ts';

/** The same bytes. @param ended told of all that has passed, before the end is passed on; what it throws is passed on instead */
export function measured(source: Readable, ended: (stored: Stored) => void): Readable {
  async function* measure(): AsyncGenerator<Buffer> {
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      digest.update(chunk);
      yield chunk;
    }
    ended({ bytes, sha256: digest.digest('hex') });
  }
  return Readable.from(measure(), { objectMode: false });
}
