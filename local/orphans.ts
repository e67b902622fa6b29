/** What a start that was killed, with all its helpers, may have left running. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { endProcess, identify, type ProcessIdentity } from './process-identity.mjs';

const fileIn = (folder: string) => `${folder}/children.json`;

export function recordChildren(folder: string, pids: readonly number[]): void {
  const children = pids.flatMap(pid => identify(pid) ?? []);
  writeFileSync(`${fileIn(folder)}.new`, JSON.stringify({ folder, children }));
  renameSync(`${fileIn(folder)}.new`, fileIn(folder));
}

export function forgetChildren(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** Ends those that the last start in this folder recorded and that still run. @returns how many */
export async function endOrphans(folder: string): Promise<number> {
  const orphans = readChildren(folder).filter(child => identify(child.pid)?.started === child.started);
  await Promise.all(orphans.map(orphan => endProcess(orphan, { signal: 'SIGKILL' }))); // what they acknowledged is in PostgreSQL
  forgetChildren(folder);
  return orphans.length;
}

function readChildren(folder: string): ProcessIdentity[] {
  try {
    const record: { folder: string; children: ProcessIdentity[] } = JSON.parse(readFileSync(fileIn(folder), 'utf8'));
    return record.folder === folder ? record.children : []; // in a copied folder they are the original's
  } catch {
    return []; // none, or torn
  }
}
