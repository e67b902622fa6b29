/** The files of the reference page, read when the first of them is asked for. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface DocsFiles {
  /** A digest of all of them: part of their addresses, so that they can be kept for good. */
  readonly version: string;
  readonly files: ReadonlyMap<string, DocsFile>;
}

export interface DocsFile {
  readonly content: Uint8Array;
  /** The same, compressed by the build; absent where the sources run. */
  readonly gzip?: Uint8Array;
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
  const bundled = existsSync(path.join(folder, 'swagger-ui.css'));
  const from = (name: string) => (bundled ? path.join(folder, name) : docsSource(name));
  const files = await Promise.all(
    docsNames.map(async (name): Promise<[string, DocsFile]> => {
      const content = await readFile(from(name));
      return [name, { content, ...(bundled && { gzip: await readFile(`${from(name)}.gz`) }) }];
    }),
  );
  const digest = createHash('sha256');
  for (const [name, { content }] of files) digest.update(`${name} ${content.length}\n`).update(content);
  return { version: digest.digest('hex').slice(0, 12), files: new Map(files) };
}
