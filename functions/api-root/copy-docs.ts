/** What the build does for the reference page: its files are kept compressed, as most browsers take them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { docsNames, docsSource } from './docs-files.ts';

/** Its default is the best that there is. */
const compress = promisify(brotliCompress);

/** Writes the page's files into `folder`. */
export async function copyDocs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(docsNames.map(name => copyCompressed(docsSource(name), path.join(folder, `${name}.br`))));
}

/** Without the reference to a source map, which is not served. */
async function copyCompressed(from: string, to: string): Promise<void> {
  const content = (await readFile(from, 'utf8')).replace(/\/\*# sourceMappingURL=\S+\*\/\s*$/, '');
  await writeFile(to, await compress(content));
}
