/** A bucket of Cloud Storage as a place for objects. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type File, Storage } from '@google-cloud/storage';
import { ObjectExists, ObjectMissing } from './object-errors.ts';
import type { Objects } from './objects.ts';
import { Unavailable } from './unavailable.ts';

/** Bytes sent in one request of a resumable upload, and kept until they have arrived. A multiple of 256 KiB. */
const chunkSize = 8 * 1024 * 1024;

/** Milliseconds that one request may take. */
const requestTimeout = 60_000;

/** Seconds for which one operation is tried again: longer than a store of Google's is away without it being news. */
const totalTimeout = 300;

/** @param apiEndpoint of another server that speaks Cloud Storage's API, which is asked without credentials */
export function openBucket(bucketName: string, apiEndpoint: string | undefined): Objects {
  const storage = new Storage({
    ...(apiEndpoint !== undefined && { apiEndpoint, projectId: 'local' }),
    timeout: requestTimeout,
    retryOptions: { totalTimeout },
  });
  const bucket = storage.bucket(bucketName);

  return {
    place: `gs://${bucketName}`,

    write: (name, content) =>
      reached(name, async () => {
        const upload = bucket.file(name).createWriteStream({
          resumable: true,
          chunkSize,
          // Only where there is none; that makes a repeated request safe, too.
          preconditionOpts: { ifGenerationMatch: 0 },
          validation: 'crc32c',
        });
        await pipeline(content, upload);
      }),

    read: name =>
      reached(name, async () => {
        // By its generation: what is read to the end is one object, whatever becomes of its name.
        const [metadata] = await bucket.file(name).getMetadata();
        const stream = bucket.file(name, { generation: metadata.generation ?? 0 }).createReadStream({
          decompress: false,
          validation: false, // by whoever knows what was written
        });
        return Readable.from(toItsEnd(name, stream), { objectMode: false });
      }),

    list: prefix =>
      reached(prefix, async () => {
        const [files] = await bucket.getFiles({ prefix });
        return files.map((file: File) => file.name).toSorted();
      }),
  };
}

/** An object that breaks off, or does not go on, is told like one that could not be read at all. */
async function* toItsEnd(name: string, stream: Readable): AsyncGenerator<Buffer> {
  const silent = () => stream.destroy(Object.assign(new Error(`${name} does not go on`), { code: 'ETIMEDOUT' }));
  let patience = setTimeout(silent, requestTimeout);
  try {
    for await (const chunk of stream) {
      clearTimeout(patience);
      yield chunk;
      patience = setTimeout(silent, requestTimeout);
    }
  } catch (error) {
    throw new Unavailable('backups', error);
  } finally {
    clearTimeout(patience);
  }
}

async function reached<T>(name: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const code = codeOf(error);
    if (code === 412) throw new ObjectExists(name, error);
    if (code === 404) throw new ObjectMissing(name, error);
    throw mayPass(code) ? new Unavailable('backups', error) : error;
  }
}

/** What an upload is refused with is no Error. */
function codeOf(error: unknown): number | string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' || typeof code === 'string' ? code : undefined;
}

function mayPass(code: number | string | undefined): boolean {
  if (typeof code === 'string') return /^E[A-Z]+$/.test(code);
  return code !== undefined && (code === 429 || code >= 500);
}
