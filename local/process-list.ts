/** processes.json: what runs now, for tests, measurements and people. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { forgetChildren, recordChildren } from './orphans.ts';

export interface RunningProcess {
  readonly name: string;
  readonly kind: 'function' | 'store' | 'edge';
  readonly pid: number;
  readonly url: string;
  readonly metrics_url?: string;
}

export interface ProcessList {
  readonly path: string;
  /** From now on these, of that kind, run. */
  show(kind: RunningProcess['kind'], processes: readonly RunningProcess[]): void;
  /** Nothing runs any more; `show` has no effect after it. */
  remove(): void;
}

export function processList(folder: string): ProcessList {
  const path = `${folder}/processes.json`;
  const shown = new Map<RunningProcess['kind'], readonly RunningProcess[]>();
  let removed = false;
  return {
    path,
    show(kind, processes) {
      if (removed) return;
      shown.set(kind, processes);
      recordChildren(
        folder,
        (shown.get('function') ?? []).map(({ pid }) => pid),
      );
      const all = (['edge', 'store', 'function'] as const).flatMap(each => shown.get(each) ?? []);
      writeFileSync(`${path}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 }); // the URLs hold a password
      renameSync(`${path}.new`, path); // a reader never sees half of one
    },
    remove() {
      removed = true;
      rmSync(path, { force: true });
      forgetChildren(folder);
    },
  };
}
