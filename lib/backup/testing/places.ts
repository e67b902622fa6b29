/** Where the tests of backups put them, and what they do to them there. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface Place {
  /** What the jobs are started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** The names of all objects. */
  names(): string[];
  /** Puts other bytes in the place of an object; undefined removes it. */
  replace(name: string, change: (content: Buffer) => Buffer | undefined): void;
}

/** Another one, with the same in it. */
export function copyOf({ environment }: Place): Place {
  const copy = folderPlace();
  cpSync(environment.BACKUP_DIR ?? '', copy.environment.BACKUP_DIR ?? '', { recursive: true });
  return copy;
}

export function folderPlace(): Place {
  const folder = mkdtempSync(path.join(tmpdir(), 'backups-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    environment: { BACKUP_DIR: folder },
    names: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
        .toSorted(),
    replace(name, change) {
      const file = path.join(folder, name);
      const content = change(readFileSync(file));
      if (content) writeFileSync(file, content);
      else rmSync(file);
    },
  };
}

/** The same with one bit changed. */
export function flipped(content: Buffer): Buffer {
  const at = Math.floor(content.length / 2);
  return Buffer.concat([content.subarray(0, at), Buffer.from([(content[at] ?? 0) ^ 1]), content.subarray(at + 1)]);
}
