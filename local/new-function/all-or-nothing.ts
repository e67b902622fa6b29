/** Changes to several files, of which a failure leaves none. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * @param paths of all files that `work` may change, and of folders that it may make
 * @throws what `work` throws, with everything as it was before
 */
export async function allOrNothing<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  const before = paths.map(path => ({ path, contents: existsSync(path) ? readFileSync(path) : undefined }));
  try {
    return await work();
  } catch (error) {
    for (const { path, contents } of before) {
      if (contents === undefined) rmSync(path, { recursive: true, force: true });
      else if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents);
    }
    throw error;
  }
}
