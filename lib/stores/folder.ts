/** A folder as a place for objects. Nothing in it ages: what is no longer wanted is removed by whoever keeps the folder. */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ObjectExists, ObjectMissing } from './object-errors.ts';
import type { Objects } from './objects.ts';
import { Unavailable } from './unavailable.ts';

/** Of objects that are being written, or whose writer was killed. */
const partial = '.partial-';

export function openFolder(folder: string): Objects {
  const root = path.resolve(folder);
  const fileOf = (name: string) => path.join(root, name);

  return {
    place: root,

    write: (name, content) =>
      reached(name, async () => {
        const file = fileOf(name);
        const aside = path.join(path.dirname(file), `${partial}${randomUUID()}`);
        await mkdir(path.dirname(file), { recursive: true });
        try {
          await pipeline(content, createWriteStream(aside, { flush: true, mode: 0o600 }));
          await link(aside, file); // refuses, where a rename would replace
          await flushFolders(path.dirname(file), root);
        } finally {
          await rm(aside, { force: true });
        }
      }),

    read: name =>
      reached(name, async () => {
        const handle = await open(fileOf(name));
        return createReadStream('', { fd: handle });
      }),

    list: prefix =>
      reached(prefix, async () => {
        const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(whenMissing([]));
        return entries
          .filter(entry => entry.isFile() && !entry.name.startsWith(partial))
          .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
          .filter(name => name.startsWith(prefix))
          .toSorted();
      }),
  };
}

/** A name is on disk when its folder is, that of a new folder, too. */
async function flushFolders(folder: string, root: string): Promise<void> {
  await flushFolder(folder);
  if (folder !== root) await flushFolders(path.dirname(folder), root);
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function reached<T>(name: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw new ObjectExists(name, error);
    if (code === 'ENOENT') throw new ObjectMissing(name, error);
    throw isSystemError(error) ? new Unavailable('backups', error) : error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function whenMissing<T>(value: T): (error: Error) => T {
  return error => {
    if ('code' in error && error.code === 'ENOENT') return value;
    throw error;
  };
}
