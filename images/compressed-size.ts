/** What a layer is when it is sent: compressed as well as each format can reasonably do. */
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { Layer } from './image.ts';

const compressors = {
  gzip: () => createGzip({ level: 9 }),
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
};

export type Compression = keyof typeof compressors;

const known = new Map<string, Promise<number>>();

/** In bytes; a layer that several images share is compressed once. */
export function compressedSize({ digest, file }: Layer, compression: Compression): Promise<number> {
  const key = `${compression} ${digest}`;
  const size = known.get(key) ?? compress(file, compression);
  known.set(key, size);
  return size;
}

/** Of all these layers, each counted once. */
export async function totalSize(layers: readonly Layer[], compression: Compression): Promise<number> {
  const unique = new Map(layers.map(layer => [layer.digest, layer]));
  const sizes = await Promise.all(Array.from(unique.values(), layer => compressedSize(layer, compression)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function compress(file: string, compression: Compression): Promise<number> {
  let size = 0;
  const count = new Writable({
    write(chunk: Buffer, _, done) {
      size += chunk.length;
      done();
    },
  });
  await pipeline(createReadStream(file), compressors[compression](), count);
  return size;
}
