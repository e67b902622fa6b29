/** A folder for data that nobody wants to keep: gone when this process is, however it ends. */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { removeAtTheEnd } from './leash.ts';

/** One for a process. Others may enter it: PostgreSQL's user has to. */
export function throwAwayFolder(): string {
  const folder = mkdtempSync(`${tmpdir()}/task-manager-`);
  chmodSync(folder, 0o755);
  removeAtTheEnd(folder);
  return folder;
}
