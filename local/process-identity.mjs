/** Which process a pid means. A pid is used again after its process has ended; a pid with its start time is not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** @param {number} pid */
export function identify(pid) {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

/** @param {{ pid: number, started: string }} identity */
export function isRunning(identity) {
  return identify(identity.pid)?.started === identity.started;
}

/**
 * @param {{ pid: number, started: string }} identity
 * @param {{ signal?: NodeJS.Signals, grace?: number }} [options]
 */
export async function endProcess(identity, { signal = 'SIGTERM', grace = 10_000 } = {}) {
  for (const [name, wait] of /** @type {const} */ ([
    [signal, grace],
    ['SIGKILL', 5_000],
  ])) {
    if (!isRunning(identity)) return;
    try {
      process.kill(identity.pid, name);
    } catch (error) {
      if (error.code === 'ESRCH') return;
      throw error;
    }
    const until = Date.now() + wait;
    while (isRunning(identity) && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** proc_pid_stat(5): the fields after the command, which is in parentheses and may hold any character. */
function startedOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const ticksSinceBoot = fields[19];
    return state === 'Z' || state === 'X' ? undefined : `${bootId()}/${ticksSinceBoot}`;
  } catch {
    return undefined;
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot';
  }
}

function startedElsewhere(pid) {
  try {
    const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = '', ...started] = output.split(/\s+/);
    return output === '' || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}
