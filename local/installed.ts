/** Programs that the commands install for themselves: once, whole, in `.local/installed`. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { localFolder } from './checkout.ts';
import { withLock } from './lock.mjs';

/**
 * The folder of what `install` once put into the folder it was given. That one has another name until it is complete, so a
 * killed installation leaves nothing that could be taken for a whole one; two at once wait for each other.
 *
 * @param name says the version too: another version is another folder
 */
export async function installed(
  name: string,
  install: (folder: string) => Promise<void>,
  within = `${localFolder}/installed`,
): Promise<string> {
  const folder = `${within}/${name}`;
  if (existsSync(folder)) return folder;
  return withLock(`${within}/${name}.lock`, async () => {
    if (existsSync(folder)) return folder;
    const partial = `${within}/.partial-${name}`;
    rmSync(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    try {
      await install(partial);
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    return folder;
  });
}
