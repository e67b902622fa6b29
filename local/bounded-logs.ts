/** Keeps the logs of long runs from filling the disk. */
import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';

const LARGEST = 20 * 1024 * 1024;

/** Every ten seconds, a log over 20 MB becomes `<name>.1` and begins anew; its writer appends, and goes on in the empty file. */
export function boundLogs(folder: string): () => void {
  const timer = setInterval(() => {
    for (const name of readdirSync(folder)) {
      const path = `${folder}/${name}`;
      if (!name.endsWith('.log') || statSync(path).size <= LARGEST) continue;
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
    }
  }, 10_000);
  timer.unref();
  return () => clearInterval(timer);
}
