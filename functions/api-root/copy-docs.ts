/** What the build does for the reference page: its files, each also compressed, are served as they are. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { docsNames, docsSource } from './docs-files.ts';

const compress = promisify(gzip);

/** Writes the page's files into `folder`. */
export async function copyDocs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(docsNames.map(name => copyCompressed(docsSource(name), path.join(folder, name))));
}

/** Without the reference to a source map, which is not served. */
async function copyCompressed(from: string, to: string): Promise<void> {
  const content = (await readFile(from, 'utf8')).replace(/\/\*# sourceMappingURL=\S+\*\/\s*$/, '');
  await Promise.all([writeFile(to, content), writeFile(`${to}.gz`, await compress(content, { level: 9 }))]);
}
