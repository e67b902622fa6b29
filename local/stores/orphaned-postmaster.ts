/** What a killed PostgreSQL leaves behind: its pid file, and perhaps itself. */
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { endProcess, identify } from '../process-identity.mjs';

/**
 * Ends the server that still runs on these data, if one does. A pid file whose pid is by now another's would keep PostgreSQL
 * from starting: it is removed.
 */
export async function endOrphanedPostmaster(data: string): Promise<void> {
  if (process.platform !== 'linux') return; // how to tell whose a pid is differs; PostgreSQL itself says so then
  const pid = recordedPid(data);
  if (pid === undefined) return;
  const owner = identify(pid);
  if (owner !== undefined && workingFolder(pid) === realpathSync(data)) {
    await endProcess(owner, { signal: 'SIGINT' });
  }
  rmSync(`${data}/postmaster.pid`, { force: true });
}

/** The first line of postmaster.pid. */
function recordedPid(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${data}/postmaster.pid`, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // none: it was shut down
  }
}

/** A postmaster works in its data folder. */
function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // it has just ended, or is another user's
  }
}
