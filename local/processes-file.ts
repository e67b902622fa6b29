/** processes.json: what runs now, for tests, bench and people. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

export interface RunningProcess {
  readonly name: string;
  readonly kind: 'function' | 'store' | 'edge';
  readonly pid: number;
  readonly url: string;
  readonly metrics_url?: string;
}

export interface ProcessesFile {
  readonly path: string;
  /** Replaces it as a whole: a reader never sees half of one. */
  write(processes: readonly RunningProcess[]): void;
  remove(): void;
}

export function processesFile(folder: string): ProcessesFile {
  const path = `${folder}/processes.json`;
  return {
    path,
    write(processes) {
      const aside = `${path}.new`;
      writeFileSync(aside, `${JSON.stringify(processes, null, 2)}\n`, { mode: 0o600 }); // the URLs hold a password
      renameSync(aside, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}
