/** The files of the reference page, read when the first of them is asked for. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(brotliDecompress);

export interface DocsFiles {
  /** A digest of all of them: part of their addresses, so that they can be kept for good. */
  readonly version: string;
  readonly files: ReadonlyMap<string, DocsFile>;
}

export interface DocsFile {
  readonly content: Uint8Array;
  /** The same, compressed by the build; absent where the sources run. */
  readonly brotli?: Uint8Array;
  /** The same once more, compressed for the first who asks for it: a browser without TLS takes no Brotli. */
  gzip(): Promise<Uint8Array>;
}

const own = ['page.html', 'page.css', 'page.js'];
const component = ['swagger-ui.css', 'swagger-ui-bundle.js'];
export const docsNames: readonly string[] = [...own, ...component];

/** Beside the bundle, where the build puts them all; beside the sources there are only ours. */
const folder = path.join(import.meta.dirname, 'docs');
const installed = path.join(import.meta.dirname, '../../node_modules/swagger-ui-dist');

/** Where a file is among the sources. */
export function docsSource(name: string): string {
  return path.join(own.includes(name) ? folder : installed, name);
}

let read: Promise<DocsFiles> | undefined;

export function docsFiles(): Promise<DocsFiles> {
  read ??= readAll().catch(error => {
    read = undefined;
    throw error;
  });
  return read;
}

async function readAll(): Promise<DocsFiles> {
  const bundled = existsSync(path.join(folder, 'swagger-ui.css.br'));
  const files = await Promise.all(
    docsNames.map(
      async (name): Promise<[string, DocsFile]> => [
        name,
        bundled ? await bundledFile(name) : docsFile(await readFile(docsSource(name))),
      ],
    ),
  );
  const digest = createHash('sha256');
  for (const [name, { content }] of files) digest.update(`${name} ${content.length}\n`).update(content);
  return { version: digest.digest('hex').slice(0, 12), files: new Map(files) };
}

async function bundledFile(name: string): Promise<DocsFile> {
  const brotli = await readFile(path.join(folder, `${name}.br`));
  return { ...docsFile(await decompress(brotli)), brotli };
}

function docsFile(content: Uint8Array): DocsFile {
  let compressed: Promise<Uint8Array> | undefined;
  return {
    content,
    gzip() {
      compressed ??= compress(content);
      return compressed;
    },
  };
}
